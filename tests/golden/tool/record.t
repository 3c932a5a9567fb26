trace and replay: a recording written byte by byte by tool_machine.py, and the log of Hafnium on QEMU's own model.

$ replay {tmp}/run
| the same: 8 inputs, 13 values compared
= 0

$ replay {tmp}/run --json
| {
|   "smmu3": 1,
|   "verb": "replay",
|   "records": 19,
|   "inputs": 8,
|   "compared": 13,
|   "truncated": false,
|   "differs": false
| }
= 0

$ replay {tmp}/other.run
| record 12: recorded: DMA Non-secure StreamID 0x1 read of 0x100010: 0x50000020 (Non-secure) rwx; the model: DMA Non-secure StreamID 0x1 read of 0x100010: 0x50000010 (Non-secure) rwx
= 1

$ replay {tmp}/short.run
| the same: 6 inputs, 7 values compared
! smmu3: replay: {tmp}/short.run: truncated in record 16
= 2

$ replay ../hafnium-init.log
| the same: 44 inputs, 27 values compared
= 0

$ replay --profile=max ../hafnium-init.log
| line 10: AIDR (0x1c) was read as 0x1; the model has 0x3
= 1

$ trace {tmp}/run
|        1     0.000000 0  state: 76 bytes
|        2     0.000001 0  write STRTAB_BASE (0x80, 8 bytes, Non-secure): 0x40000000
|        3     0.000001 0  write STRTAB_BASE_CFG (0x88, 4 bytes, Non-secure): 0x6
|        4     0.000001 0  write EVENTQ_BASE (0xa0, 8 bytes, Non-secure): 0x40007003
|        5     0.000001 0  write CR0 (0x20, 4 bytes, Non-secure): 0x5
|        6     0.000002 0  read CR0ACK (0x24, 4 bytes, Non-secure): 0x5
|        7     0.000003 0    memory read STE 0x40000040 (Non-secure): 0x4000100b 0x100000000000 0x0 0x0 0x0 0x0 0x0 0x0
|        8     0.000003 0    memory read CD 0x40001000 (Non-secure): 0x16204c0000019 0x40002000 0x0 0xff 0x0 0x0 0x0 0x0
|        9     0.000003 0    memory read descriptor 0x40002000 (Non-secure): 0x40003003
|       10     0.000003 0    memory read descriptor 0x40003000 (Non-secure): 0x40004003
|       11     0.000003 0    memory read descriptor 0x40004800 (Non-secure): 0x50000f43
|       12     0.000003 0  DMA Non-secure StreamID 0x1 read of 0x100010: 0x50000010 (Non-secure) rwx
|       13     0.000004 0    memory read descriptor 0x40002000 (Non-secure): 0x40003003
|       14     0.000004 0    memory read descriptor 0x40003000 (Non-secure): 0x40004003
|       15     0.000004 0    memory read descriptor 0x40004818 (Non-secure): 0x0
|       16     0.000004 0    memory write event 0x40007000 (Non-secure): 0x100000010 0x20000000000 0x103000 0x0
|       17     0.000004 0    event Non-secure F_TRANSLATION StreamID 0x1 0x103000: S1_DESC_INVALID
|       18     0.000004 0  DMA Non-secure StreamID 0x1 write to 0x103000: abort, S1_DESC_INVALID
|       19     0.000009 0  write EVENTQ_CONS (0x100ac, 4 bytes, Non-secure): 0x1
= 0

$ trace --format=json --stream=00:00.1 {tmp}/run
| {"n":12,"time_ns":3005,"lane":0,"kind":"dma","text":"DMA Non-secure StreamID 0x1 read of 0x100010: 0x50000010 (Non-secure) rwx","security":"Non-secure","stream":"0x1","address":"0x100010","write":false,"ok":true,"output":"0x50000010"}
| {"n":17,"time_ns":4004,"lane":0,"kind":"event","text":"event Non-secure F_TRANSLATION StreamID 0x1 0x103000: S1_DESC_INVALID"}
| {"n":18,"time_ns":4005,"lane":0,"kind":"dma","text":"DMA Non-secure StreamID 0x1 write to 0x103000: abort, S1_DESC_INVALID","security":"Non-secure","stream":"0x1","address":"0x103000","write":true,"ok":false,"reason":"S1_DESC_INVALID"}
= 0

$ trace --format=chrome --kind=dma {tmp}/run
| {"displayTimeUnit":"ns","traceEvents":[
| {"name":"thread_name","ph":"M","pid":1,"tid":1002,"args":{"name":"Non-secure StreamID 0x1"}},
| {"name":"DMA Non-secure StreamID 0x1 read of 0x100010: 0x50000010 (Non-secure) rwx","ph":"i","s":"t","ts":3.0049999999999999,"pid":1,"tid":1002,"args":{"lane":0}},
| {"name":"DMA Non-secure StreamID 0x1 write to 0x103000: abort, S1_DESC_INVALID","ph":"i","s":"t","ts":4.0049999999999999,"pid":1,"tid":1002,"args":{"lane":0}}
| ]}
= 0

$ trace --kind=command {tmp}/run
= 0

$ trace --from=0.000003 --to=0.000003005 {tmp}/run
|        7     0.000003 0    memory read STE 0x40000040 (Non-secure): 0x4000100b 0x100000000000 0x0 0x0 0x0 0x0 0x0 0x0
|        8     0.000003 0    memory read CD 0x40001000 (Non-secure): 0x16204c0000019 0x40002000 0x0 0xff 0x0 0x0 0x0 0x0
|        9     0.000003 0    memory read descriptor 0x40002000 (Non-secure): 0x40003003
|       10     0.000003 0    memory read descriptor 0x40003000 (Non-secure): 0x40004003
|       11     0.000003 0    memory read descriptor 0x40004800 (Non-secure): 0x50000f43
|       12     0.000003 0  DMA Non-secure StreamID 0x1 read of 0x100010: 0x50000010 (Non-secure) rwx
= 0

$ trace --statistics {tmp}/run
| 0.000000 s to 0.000009 s
| records                      19
| translations                 2
| misses                       2
| bypasses                     0
| faults                       1
| repetitions-of-faults        0
| register-reads               1
| register-writes              5
| memory-accesses              9
| interrupts                   0
| events-acknowledged          1
| event-to-acknowledgement-ns:
|   least                              4996
|   mean                               4996
|   most                               4996
| faults-by-stream:
|   Non-secure 0x1 S1_DESC_INVALID     1
= 0

$ trace --statistics --json {tmp}/run
| {
|   "smmu3": 1,
|   "verb": "trace",
|   "statistics": {
|     "records": 19,
|     "translations": 2,
|     "misses": 2,
|     "bypasses": 0,
|     "faults": 1,
|     "repetitions-of-faults": 0,
|     "register-reads": 1,
|     "register-writes": 5,
|     "memory-accesses": 9,
|     "interrupts": 0,
|     "events-acknowledged": 1,
|     "event-to-acknowledgement-ns": {
|       "least": 4996,
|       "mean": 4996,
|       "most": 4996
|     },
|     "faults-by-stream": {
|       "Non-secure 0x1 S1_DESC_INVALID": 1
|     },
|     "commands": {}
|   }
| }
= 0

$ trace {tmp}/short.run --kind=mmio
|        2     0.000001 0  write STRTAB_BASE (0x80, 8 bytes, Non-secure): 0x40000000
|        3     0.000001 0  write STRTAB_BASE_CFG (0x88, 4 bytes, Non-secure): 0x6
|        4     0.000001 0  write EVENTQ_BASE (0xa0, 8 bytes, Non-secure): 0x40007003
|        5     0.000001 0  write CR0 (0x20, 4 bytes, Non-secure): 0x5
|        6     0.000002 0  read CR0ACK (0x24, 4 bytes, Non-secure): 0x5
! smmu3: trace: {tmp}/short.run: truncated in record 16
= 2

$ trace {tmp}/new.run
! smmu3: trace: {tmp}/new.run: a recording of another version; this command reads version 1
= 2

$ trace {tmp}/ram
! smmu3: trace: {tmp}/ram: not a recording
= 2

$ trace {tmp}/empty
! smmu3: trace: {tmp}/empty: not a recording
= 2

$ replay {tmp}/new.run
! smmu3: replay: {tmp}/new.run: a recording of another version; this command reads version 1
= 2

$ replay {tmp}/ram
! smmu3: replay: {tmp}/ram: not a recording
= 2

$ replay -
< nothing of that kind
! smmu3: replay: -: neither a recording nor a log with smmuv3_read_mmio and smmuv3_write_mmio
= 2

$ replay {tmp}/none
! smmu3: replay: {tmp}/none: No such file or directory
= 2

$ replay
! smmu3 replay: give a FILE, or - for standard input
! Try `smmu3 replay --help' or `smmu3 replay --usage' for more information.
= 2

$ trace --kind=nothing {tmp}/run
! smmu3 trace: --kind=nothing: there is no such kind
! Try `smmu3 trace --help' or `smmu3 trace --usage' for more information.
= 2

$ trace --security=S {tmp}/run
= 0

$ trace --security=X {tmp}/run
! smmu3 trace: --security=X: S or NS
! Try `smmu3 trace --help' or `smmu3 trace --usage' for more information.
= 2

$ trace --security=NS --kind=event {tmp}/run
|       17     0.000004 0    event Non-secure F_TRANSLATION StreamID 0x1 0x103000: S1_DESC_INVALID
= 0
