explain, walk, dump, lint and show on the files of tool_machine.py: what is right, what is wrong, and bad input.

$ explain --registers={tmp}/regs --memory={tmp}/ram@0x40000000 1 0x100010
|    1. Non-secure registers: translation is on; Stream table at 0x40000000, linear, 2^6 streams
|    2. STE at 0x40000040 (Non-secure):
|        0x000000004000100b 0x0000100000000000 0x0000000000000000 0x0000000000000000
|        0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|        V 0x1 (valid); Config 0x5 (stage 1 translates, stage 2 bypassed); S1Fmt 0x0 (linear table of CDs); S1DSS 0x0 (without SubstreamID: terminate, F_STREAM_DISABLED); S1ContextPtr 0x40001000; STRW 0x0 (NS-EL1 or Secure); (IHI0070G.b 5.2)
|    3. CD at 0x40001000 (Non-secure):
|        0x00016204c0000019 0x0000000040002000 0x0000000000000000 0x00000000000000ff
|        0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|        V 0x1 (valid); T0SZ 0x19; TG0 0x0 (4 KB); EPD1 0x1 (no walks with TTB1); IPS 0x4 (44 bits); ASID 0x1; R 0x1 (faults are recorded); A 0x1 (faults abort); TTB0 0x40002000; (IHI0070G.b 5.4)
|    4. access: unprivileged data read of 0x100010: a VA for stage 1
|    5. stage 1 level 1 at 0x40002000 (Non-secure): 0x0000000040003003: table
|    6. stage 1 level 2 at 0x40003000 (Non-secure): 0x0000000040004003: table
|    7. stage 1 level 3 at 0x40004800 (Non-secure): 0x0000000050000f43: page  AP1 0x1 (unprivileged too); AP2 0x0 (writable); AF 0x1;
|    8. stage 1: 0x100010 -> 0x50000010 (Non-secure), 0x1000 bytes; unprivileged rwx, privileged rw-; needs r-- as unprivileged; MAIR 0xff, Inner Shareable
| ok: 0x50000010 (Non-secure), permissions rwx; the same holds for 0x1000 bytes around it
= 0

$ explain --registers={tmp}/regs --memory={tmp}/ram@0x40000000 1 0x102000 --write
|    1. Non-secure registers: translation is on; Stream table at 0x40000000, linear, 2^6 streams
|    2. STE at 0x40000040 (Non-secure):
|        0x000000004000100b 0x0000100000000000 0x0000000000000000 0x0000000000000000
|        0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|        V 0x1 (valid); Config 0x5 (stage 1 translates, stage 2 bypassed); S1Fmt 0x0 (linear table of CDs); S1DSS 0x0 (without SubstreamID: terminate, F_STREAM_DISABLED); S1ContextPtr 0x40001000; STRW 0x0 (NS-EL1 or Secure); (IHI0070G.b 5.2)
|    3. CD at 0x40001000 (Non-secure):
|        0x00016204c0000019 0x0000000040002000 0x0000000000000000 0x00000000000000ff
|        0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|        V 0x1 (valid); T0SZ 0x19; TG0 0x0 (4 KB); EPD1 0x1 (no walks with TTB1); IPS 0x4 (44 bits); ASID 0x1; R 0x1 (faults are recorded); A 0x1 (faults abort); TTB0 0x40002000; (IHI0070G.b 5.4)
|    4. access: unprivileged data write to 0x102000: a VA for stage 1
|    5. stage 1 level 1 at 0x40002000 (Non-secure): 0x0000000040003003: table
|    6. stage 1 level 2 at 0x40003000 (Non-secure): 0x0000000040004003: table
|    7. stage 1 level 3 at 0x40004810 (Non-secure): 0x0000000050002fc3: page  AP1 0x1 (unprivileged too); AP2 0x1 (read-only); AF 0x1;
|    8. stage 1: 0x102000 -> 0x50002000 (Non-secure), 0x1000 bytes; unprivileged r-x, privileged r-x; needs -w- as unprivileged; MAIR 0xff, Inner Shareable
| abort: stage 1 does not permit this access (S1_PERM, IHI0070G.b 7.3.16)
|   raises F_PERMISSION: 0x0000000100000013 0x0000020000000000 0x0000000000102000 0x0000000000000000
|   to pass: map it with this permission: the direction given to dma_map_*(), IOMMU_READ/IOMMU_WRITE/IOMMU_NOEXEC, AP and XN of the descriptor
= 1

$ explain --registers={tmp}/regs --memory={tmp}/ram@0x40000000 1 0x103000 --json
| {
|   "smmu3": 1,
|   "verb": "explain",
|   "request": {
|     "security": "Non-secure",
|     "stream": "0x1",
|     "address": "0x103000",
|     "write": false,
|     "privileged": false,
|     "instruction": false
|   },
|   "steps": [
|     {
|       "n": 1,
|       "kind": "registers",
|       "clause": "6.3.9",
|       "SMMUEN": true,
|       "GBPA": "0x1000",
|       "STRTAB_BASE": "0x40000000",
|       "STRTAB_BASE_CFG": "0x6",
|       "LOG2SIZE": 6,
|       "levels": 1,
|       "table": "0x40000000"
|     },
|     {
|       "n": 2,
|       "kind": "STE",
|       "address": "0x40000040",
|       "space": "Non-secure",
|       "mair": "0x44",
|       "sh": 2,
|       "words": [
|         "0x000000004000100b",
|         "0x0000100000000000",
|         "0x0000000000000000",
|         "0x0000000000000000",
|         "0x0000000000000000",
|         "0x0000000000000000",
|         "0x0000000000000000",
|         "0x0000000000000000"
|       ],
|       "fields": [
|         {
|           "name": "V",
|           "bits": "0",
|           "value": "0x1",
|           "meaning": "valid"
|         },
|         {
|           "name": "Config",
|           "bits": "3:1",
|           "value": "0x5",
|           "meaning": "stage 1 translates, stage 2 bypassed"
|         },
|         {
|           "name": "S1Fmt",
|           "bits": "5:4",
|           "value": "0x0",
|           "meaning": "linear table of CDs"
|         },
|         {
|           "name": "S1ContextPtr",
|           "bits": "55:6",
|           "value": "0x40001000"
|         },
|         {
|           "name": "S1DSS",
|           "bits": "65:64",
|           "value": "0x0",
|           "meaning": "without SubstreamID: terminate, F_STREAM_DISABLED"
|         },
|         {
|           "name": "EATS",
|           "bits": "93:92",
|           "value": "0x0",
|           "meaning": "no ATS"
|         },
|         {
|           "name": "STRW",
|           "bits": "95:94",
|           "value": "0x0",
|           "meaning": "NS-EL1 or Secure"
|         },
|         {
|           "name": "SHCFG",
|           "bits": "109:108",
|           "value": "0x1",
|           "meaning": "as it comes in"
|         },
|         {
|           "name": "NSCFG",
|           "bits": "111:110",
|           "value": "0x0",
|           "meaning": "as it comes in"
|         },
|         {
|           "name": "PRIVCFG",
|           "bits": "113:112",
|           "value": "0x0",
|           "meaning": "as it comes in"
|         },
|         {
|           "name": "INSTCFG",
|           "bits": "115:114",
|           "value": "0x0",
|           "meaning": "as it comes in"
|         }
|       ],
|       "clause": "5.2"
|     },
|     {
|       "n": 3,
|       "kind": "CD",
|       "address": "0x40001000",
|       "space": "Non-secure",
|       "mair": "0x44",
|       "sh": 2,
|       "words": [
|         "0x00016204c0000019",
|         "0x0000000040002000",
|         "0x0000000000000000",
|         "0x00000000000000ff",
|         "0x0000000000000000",
|         "0x0000000000000000",
|         "0x0000000000000000",
|         "0x0000000000000000"
|       ],
|       "fields": [
|         {
|           "name": "T0SZ",
|           "bits": "5:0",
|           "value": "0x19"
|         },
|         {
|           "name": "TG0",
|           "bits": "7:6",
|           "value": "0x0",
|           "meaning": "4 KB"
|         },
|         {
|           "name": "EPD1",
|           "bits": "30",
|           "value": "0x1",
|           "meaning": "no walks with TTB1"
|         },
|         {
|           "name": "V",
|           "bits": "31",
|           "value": "0x1",
|           "meaning": "valid"
|         },
|         {
|           "name": "IPS",
|           "bits": "34:32",
|           "value": "0x4",
|           "meaning": "44 bits"
|         },
|         {
|           "name": "AA64",
|           "bits": "41",
|           "value": "0x1",
|           "meaning": "VMSAv8-64 tables"
|         },
|         {
|           "name": "R",
|           "bits": "45",
|           "value": "0x1",
|           "meaning": "faults are recorded"
|         },
|         {
|           "name": "A",
|           "bits": "46",
|           "value": "0x1",
|           "meaning": "faults abort"
|         },
|         {
|           "name": "ASID",
|           "bits": "63:48",
|           "value": "0x1"
|         },
|         {
|           "name": "TTB0",
|           "bits": "115:68",
|           "value": "0x40002000"
|         },
|         {
|           "name": "MAIR0",
|           "bits": "223:192",
|           "value": "0xff"
|         }
|       ],
|       "clause": "5.4"
|     },
|     {
|       "n": 4,
|       "kind": "access",
|       "input": "0x103000",
|       "stage": 1,
|       "write": false,
|       "privileged": false,
|       "instruction": false,
|       "ns": false
|     },
|     {
|       "n": 5,
|       "kind": "descriptor",
|       "stage": 1,
|       "level": 1,
|       "inner": false,
|       "address": "0x40002000",
|       "space": "Non-secure",
|       "mair": "0x44",
|       "sh": 2,
|       "granule": "0x1000",
|       "input_bits": 39,
|       "output_bits": 44,
|       "words": [
|         "0x0000000040003003"
|       ],
|       "type": "table",
|       "fields": [
|         {
|           "name": "Type",
|           "bits": "1:0",
|           "value": "0x3",
|           "meaning": "table"
|         }
|       ]
|     },
|     {
|       "n": 6,
|       "kind": "descriptor",
|       "stage": 1,
|       "level": 2,
|       "inner": false,
|       "address": "0x40003000",
|       "space": "Non-secure",
|       "mair": "0x44",
|       "sh": 2,
|       "granule": "0x1000",
|       "input_bits": 39,
|       "output_bits": 44,
|       "words": [
|         "0x0000000040004003"
|       ],
|       "type": "table",
|       "fields": [
|         {
|           "name": "Type",
|           "bits": "1:0",
|           "value": "0x3",
|           "meaning": "table"
|         }
|       ]
|     },
|     {
|       "n": 7,
|       "kind": "descriptor",
|       "stage": 1,
|       "level": 3,
|       "inner": false,
|       "address": "0x40004818",
|       "space": "Non-secure",
|       "mair": "0x44",
|       "sh": 2,
|       "granule": "0x1000",
|       "input_bits": 39,
|       "output_bits": 44,
|       "words": [
|         "0x0000000000000000"
|       ],
|       "type": "invalid",
|       "fields": [
|         {
|           "name": "Type",
|           "bits": "1:0",
|           "value": "0x0",
|           "meaning": "invalid"
|         },
|         {
|           "name": "AP1",
|           "bits": "6",
|           "value": "0x0",
|           "meaning": "privileged only"
|         },
|         {
|           "name": "AP2",
|           "bits": "7",
|           "value": "0x0",
|           "meaning": "writable"
|         },
|         {
|           "name": "SH",
|           "bits": "9:8",
|           "value": "0x0",
|           "meaning": "Non-shareable"
|         },
|         {
|           "name": "AF",
|           "bits": "10",
|           "value": "0x0",
|           "meaning": "not accessed: a fault, unless AFFD or HA"
|         }
|       ]
|     }
|   ],
|   "result": {
|     "status": "abort",
|     "failed": {
|       "name": "S1_DESC_INVALID",
|       "text": "a stage 1 descriptor is invalid",
|       "clause": "7.3.13",
|       "event": "F_TRANSLATION",
|       "advice": "map the address before the device uses it: dma_map_*() or iommu_map(). If it was mapped: it was unmapped too early, or the device goes beyond its buffer"
|     },
|     "recorded": true,
|     "event": [
|       "0x0000000100000010",
|       "0x0000020800000000",
|       "0x0000000000103000",
|       "0x0000000000000000"
|     ]
|   }
| }
= 1

$ explain --registers={tmp}/regs --memory={tmp}/ram@0x40000000 1 0x40000000
|    1. Non-secure registers: translation is on; Stream table at 0x40000000, linear, 2^6 streams
|    2. STE at 0x40000040 (Non-secure):
|        0x000000004000100b 0x0000100000000000 0x0000000000000000 0x0000000000000000
|        0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|        V 0x1 (valid); Config 0x5 (stage 1 translates, stage 2 bypassed); S1Fmt 0x0 (linear table of CDs); S1DSS 0x0 (without SubstreamID: terminate, F_STREAM_DISABLED); S1ContextPtr 0x40001000; STRW 0x0 (NS-EL1 or Secure); (IHI0070G.b 5.2)
|    3. CD at 0x40001000 (Non-secure):
|        0x00016204c0000019 0x0000000040002000 0x0000000000000000 0x00000000000000ff
|        0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|        V 0x1 (valid); T0SZ 0x19; TG0 0x0 (4 KB); EPD1 0x1 (no walks with TTB1); IPS 0x4 (44 bits); ASID 0x1; R 0x1 (faults are recorded); A 0x1 (faults abort); TTB0 0x40002000; (IHI0070G.b 5.4)
|    4. access: unprivileged data read of 0x40000000: a VA for stage 1
|    5. stage 1 level 1 at 0x40002008 (Non-secure): 0x0000007ff0000003: table
| abort: the read of a stage 1 descriptor was aborted (S1_WALK_EABT, IHI0070G.b 7.3.12)
|   raises F_WALK_EABT: 0x000000010000000b 0x0000010800000000 0x0000000040000000 0x0000007ff0000000
|   to pass: a table descriptor points to no memory: tables were freed or overwritten, or are in the other world's memory
= 1

$ explain --registers={tmp}/regs --memory={tmp}/ram@0x40000000 3 0
|    1. Non-secure registers: translation is on; Stream table at 0x40000000, linear, 2^6 streams
|    2. STE at 0x400000c0 (Non-secure):
|        0x000000000000000d 0x0000100000000000 0x0000000000000000 0x0000000000000000
|        0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|        V 0x1 (valid); Config 0x6 (stage 1 bypassed, stage 2 translates); STRW 0x0 (NS-EL1 or Secure); S2TG 0x0 (4 KB); S2PS 0x0 (32 bits); (IHI0070G.b 5.2)
| abort: STE.S2AA64 selects a table format that is not implemented (STE_S2_FORMAT, IHI0070G.b 5.2)
|   raises C_BAD_STE: 0x0000000300000004 0x0000000000000000 0x0000000000000000 0x0000000000000000
|   to pass: set STE.S2AA64: only VMSAv8-64 tables are implemented
= 1

$ explain --registers={tmp}/regs --memory={tmp}/ram@0x40000000 0x40 0
|    1. Non-secure registers: translation is on; Stream table at 0x40000000, linear, 2^6 streams
| abort: StreamID is outside the Stream table (SID_RANGE, IHI0070G.b 6.3.25)
|   C_BAD_STREAMID, but it is not recorded (R=0, or RECINVSID=0)
|   to pass: raise STRTAB_BASE_CFG.LOG2SIZE (up to IDR1.SIDSIZE), or correct the StreamID: firmware tables (IORT, iommu-map) give another one than the device sends
= 1

$ explain --registers={tmp}/regs --memory={tmp}/ram@0x40000000 --secure-memory={tmp}/secure@0x0e000000 --secure 1 0x100000 --privileged
|    1. Secure registers: translation is on; Stream table at 0xe000000, linear, 2^6 streams
|    2. STE at 0xe000040 (Secure):
|        0x000000000e00100b 0x0000100000000000 0x0000000000000000 0x0000000000000000
|        0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|        V 0x1 (valid); Config 0x5 (stage 1 translates, stage 2 bypassed); S1Fmt 0x0 (linear table of CDs); S1DSS 0x0 (without SubstreamID: terminate, F_STREAM_DISABLED); S1ContextPtr 0xe001000; STRW 0x0 (NS-EL1 or Secure); (IHI0070G.b 5.2)
|    3. CD at 0xe001000 (Secure):
|        0x00016204c0000019 0x0000000040008000 0x0000000000000000 0x00000000000000ff
|        0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|        V 0x1 (valid); T0SZ 0x19; TG0 0x0 (4 KB); EPD1 0x1 (no walks with TTB1); IPS 0x4 (44 bits); ASID 0x1; R 0x1 (faults are recorded); A 0x1 (faults abort); TTB0 0x40008000; (IHI0070G.b 5.4)
|    4. access: privileged data read of 0x100000: a VA for stage 1
|    5. stage 1 level 1 at 0x40008000 (Secure): 0x0000000040009003: table
|    6. stage 1 level 2 at 0x40009000 (Secure): 0x000000004000a003: table
|    7. stage 1 level 3 at 0x4000a800 (Secure): 0x0000000050000f63: page  AP1 0x1 (unprivileged too); AP2 0x0 (writable); AF 0x1; NS 0x1 (Non-secure output (Secure streams));
|    8. stage 1: 0x100000 -> 0x50000000 (Non-secure), 0x1000 bytes; unprivileged rwx, privileged rw-; needs r-- as privileged; MAIR 0xff, Inner Shareable
| ok: 0x50000000 (Non-secure), permissions rw-; the same holds for 0x1000 bytes around it
= 0

$ explain --registers={tmp}/regs --elf={tmp}/elf --from-event="0x0000000100000010 0x0000020000000000 0x103000 0"
| the event: F_TRANSLATION: StreamID 0x1 (PCI 00:00.1): unprivileged data write to 0x103000, stage 1: the address is not mapped
|    1. Non-secure registers: translation is on; Stream table at 0x40000000, linear, 2^6 streams
|    2. STE at 0x40000040 (Non-secure):
|        0x000000004000100b 0x0000100000000000 0x0000000000000000 0x0000000000000000
|        0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|        V 0x1 (valid); Config 0x5 (stage 1 translates, stage 2 bypassed); S1Fmt 0x0 (linear table of CDs); S1DSS 0x0 (without SubstreamID: terminate, F_STREAM_DISABLED); S1ContextPtr 0x40001000; STRW 0x0 (NS-EL1 or Secure); (IHI0070G.b 5.2)
|    3. CD at 0x40001000 (Non-secure):
|        0x00016204c0000019 0x0000000040002000 0x0000000000000000 0x00000000000000ff
|        0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|        V 0x1 (valid); T0SZ 0x19; TG0 0x0 (4 KB); EPD1 0x1 (no walks with TTB1); IPS 0x4 (44 bits); ASID 0x1; R 0x1 (faults are recorded); A 0x1 (faults abort); TTB0 0x40002000; (IHI0070G.b 5.4)
|    4. access: unprivileged data write to 0x103000: a VA for stage 1
|    5. stage 1 level 1 at 0x40002000 (Non-secure): 0x0000000040003003: table
|    6. stage 1 level 2 at 0x40003000 (Non-secure): 0x0000000040004003: table
|    7. stage 1 level 3 at 0x40004818 (Non-secure): 0x0000000000000000: invalid
| abort: a stage 1 descriptor is invalid (S1_DESC_INVALID, IHI0070G.b 7.3.13)
|   raises F_TRANSLATION: 0x0000000100000010 0x0000020000000000 0x0000000000103000 0x0000000000000000
|   to pass: map the address before the device uses it: dma_map_*() or iommu_map(). If it was mapped: it was unmapped too early, or the device goes beyond its buffer
= 1

$ explain --registers={tmp}/regs --elf={tmp}/elf --from-event
< arm-smmu-v3 9050000.smmuv3: event: F_TRANSLATION client: 0000:00:00.1 sid: 0x1 ssid: 0x0 iova: 0x100000 ipa: 0x0
< arm-smmu-v3 9050000.smmuv3: unpriv data write s1 "Input address caused fault" stag: 0x0
| the event: F_TRANSLATION: StreamID 0x1 (PCI 00:00.1): unprivileged data write to 0x100000, stage 1: the address is not mapped
|    1. Non-secure registers: translation is on; Stream table at 0x40000000, linear, 2^6 streams
|    2. STE at 0x40000040 (Non-secure):
|        0x000000004000100b 0x0000100000000000 0x0000000000000000 0x0000000000000000
|        0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|        V 0x1 (valid); Config 0x5 (stage 1 translates, stage 2 bypassed); S1Fmt 0x0 (linear table of CDs); S1DSS 0x0 (without SubstreamID: terminate, F_STREAM_DISABLED); S1ContextPtr 0x40001000; STRW 0x0 (NS-EL1 or Secure); (IHI0070G.b 5.2)
|    3. CD at 0x40001000 (Non-secure):
|        0x00016204c0000019 0x0000000040002000 0x0000000000000000 0x00000000000000ff
|        0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|        V 0x1 (valid); T0SZ 0x19; TG0 0x0 (4 KB); EPD1 0x1 (no walks with TTB1); IPS 0x4 (44 bits); ASID 0x1; R 0x1 (faults are recorded); A 0x1 (faults abort); TTB0 0x40002000; (IHI0070G.b 5.4)
|    4. access: unprivileged data write to 0x100000: a VA for stage 1
|    5. stage 1 level 1 at 0x40002000 (Non-secure): 0x0000000040003003: table
|    6. stage 1 level 2 at 0x40003000 (Non-secure): 0x0000000040004003: table
|    7. stage 1 level 3 at 0x40004800 (Non-secure): 0x0000000050000f43: page  AP1 0x1 (unprivileged too); AP2 0x0 (writable); AF 0x1;
|    8. stage 1: 0x100000 -> 0x50000000 (Non-secure), 0x1000 bytes; unprivileged rwx, privileged rw-; needs -w- as unprivileged; MAIR 0xff, Inner Shareable
| ok: 0x50000000 (Non-secure), permissions rwx; the same holds for 0x1000 bytes around it
| In this state the access would succeed: what the event tells of has changed since. Mapped later (or again) than the device used it, or a stale TLB entry then.
= 0

$ explain --registers={tmp}/regs --elf={tmp}/elf --from-event="0x0000000500000004 0 0 0"
| the event: C_BAD_STE: StreamID 0x5 (PCI 00:00.5): the STE is invalid (V=0: nobody configured this stream) or illegal
| (this event does not tell the address; 0 is taken, which makes no difference up to the check that it tells of)
|    1. Non-secure registers: translation is on; Stream table at 0x40000000, linear, 2^6 streams
|    2. STE at 0x40000140 (Non-secure):
|        0x000000004000104b 0x0000100000000000 0x0000000000000000 0x0000000000000000
|        0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|        V 0x1 (valid); Config 0x5 (stage 1 translates, stage 2 bypassed); S1Fmt 0x0 (linear table of CDs); S1DSS 0x0 (without SubstreamID: terminate, F_STREAM_DISABLED); S1ContextPtr 0x40001040; STRW 0x0 (NS-EL1 or Secure); (IHI0070G.b 5.2)
|    3. CD at 0x40001040 (Non-secure):
|        0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|        0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|        V 0x0 (invalid); TG0 0x0 (4 KB); IPS 0x0 (32 bits); R 0x0 (faults are not recorded); A 0x0 (faults are RAZ/WI); (IHI0070G.b 5.4)
| abort: CD.V is 0 (CD_V, IHI0070G.b 5.4)
|   raises C_BAD_CD: 0x000000050000000a 0x0000000000000000 0x0000000000000000 0x0000000000000000
|   to pass: write a CD for this substream, V last, then CMD_CFGI_CD
| In this state another check fails than the one of the event (C_BAD_STE): the state has changed since.
= 1

$ walk --registers={tmp}/regs --elf={tmp}/elf 00:00.1 0x101fff
|    5. stage 1 level 1 at 0x40002000 (Non-secure): 0x0000000040003003: table
|    6. stage 1 level 2 at 0x40003000 (Non-secure): 0x0000000040004003: table
|    7. stage 1 level 3 at 0x40004808 (Non-secure): 0x0000000050001f43: page  AP1 0x1 (unprivileged too); AP2 0x0 (writable); AF 0x1;
|    8. stage 1: 0x101fff -> 0x50001fff (Non-secure), 0x1000 bytes; unprivileged rwx, privileged rw-; needs r-- as unprivileged; MAIR 0xff, Inner Shareable
| ok: 0x50001fff (Non-secure), permissions rwx; the same holds for 0x1000 bytes around it
= 0

$ walk --registers={tmp}/regs --elf={tmp}/elf 4 0x40001000
|    4. stage 2 level 1 at 0x40005008 (Non-secure): 0x0000000040006003: table
|    5. stage 2 level 2 at 0x40006000 (Non-secure): 0x00000000400007fd: block  S2AP 0x3 (read and write); S2XN 0x0 (executable); AF 0x1; MemAttr 0xf (Write-Back);
|    6. stage 2: 0x40001000 -> 0x40001000 (Non-secure), 0x200000 bytes; unprivileged rwx, privileged rwx; needs r-- as unprivileged; MemAttr 0xf, Inner Shareable
| ok: 0x40001000 (Non-secure), permissions rwx; the same holds for 0x200000 bytes around it
= 0

$ dump --registers={tmp}/regs --elf={tmp}/elf --secure-memory={tmp}/secure@0x0e000000
| Non-secure: translation is on, Stream table at 0x40000000
|   StreamID 0x1 (PCI 00:00.1), STE at 0x40000040: stage 1 translates, stage 2 bypassed
|     no SubstreamID, CD at 0x40001000 (Non-secure): ASID 1, TTB0 0x40002000 (39 bits)
|       0x000000100000-0x000000101fff -> 0x000050000000 Non-secure  rwx rw-  MAIR 0xff
|       0x000000102000-0x000000102fff -> 0x000050002000 Non-secure  r-x r-x  MAIR 0xff
|       0x000000104000-0x000000104fff -> 0x000050000000 Non-secure  rwx rw-  MAIR 0xff
|       0x000040000000-0x00007fffffff  the read of a stage 1 descriptor was aborted (S1_WALK_EABT)
|   StreamID 0x2 (PCI 00:00.2), STE at 0x40000080: both stages bypassed
|     no SubstreamID
|       0x000000000000-0x0fffffffffff -> 0x000000000000 Non-secure  rwx rwx  untranslated
|   StreamID 0x3 (PCI 00:00.3), STE at 0x400000c0: stage 1 bypassed, stage 2 translates
|     illegal: STE.S2AA64 selects a table format that is not implemented (STE_S2_FORMAT)
|   StreamID 0x4 (PCI 00:00.4), STE at 0x40000100: stage 1 bypassed, stage 2 translates
|     no SubstreamID, VMID 7, S2TTB 0x40005000 (39 bits)
|       0x000040000000-0x0000401fffff -> 0x000040000000 Non-secure  rwx rwx  MemAttr 0xf
|   StreamID 0x5 (PCI 00:00.5), STE at 0x40000140: stage 1 translates, stage 2 bypassed
|     no SubstreamID, CD at 0x40001040 (Non-secure)
|       CD.V is 0 (CD_V)
| Secure: translation is on, Stream table at 0xe000000
|   StreamID 0x1 (PCI 00:00.1), STE at 0xe000040: stage 1 translates, stage 2 bypassed
|     no SubstreamID, CD at 0xe001000 (Secure): ASID 1, TTB0 0x40008000 (39 bits)
|       0x000000100000-0x000000100fff -> 0x000050000000 Non-secure  rwx rw-  MAIR 0xff
= 0

$ dump --registers={tmp}/regs --elf={tmp}/elf --stream=1 --tree
| Non-secure: translation is on, Stream table at 0x40000000
|   StreamID 0x1 (PCI 00:00.1), STE at 0x40000040: stage 1 translates, stage 2 bypassed
|     no SubstreamID, CD at 0x40001000 (Non-secure): ASID 1, TTB0 0x40002000 (39 bits)
|         S1 L1 0x000000000000: 0x0000000040003003 at 0x40002000: table
|           S1 L2 0x000000000000: 0x0000000040004003 at 0x40003000: table
|             S1 L3 0x000000100000: 0x0000000050000f43 at 0x40004800: page
|             S1 L3 0x000000101000: 0x0000000050001f43 at 0x40004808: page
|             S1 L3 0x000000102000: 0x0000000050002fc3 at 0x40004810: page
|       0x000000100000-0x000000101fff -> 0x000050000000 Non-secure  rwx rw-  MAIR 0xff
|       0x000000102000-0x000000102fff -> 0x000050002000 Non-secure  r-x r-x  MAIR 0xff
|             S1 L3 0x000000104000: 0x0000000050000f43 at 0x40004820: page
|       0x000000104000-0x000000104fff -> 0x000050000000 Non-secure  rwx rw-  MAIR 0xff
|         S1 L1 0x000040000000: 0x0000007ff0000003 at 0x40002008: table
|       0x000040000000-0x00007fffffff  the read of a stage 1 descriptor was aborted (S1_WALK_EABT)
| Secure: translation is on, Stream table at 0xe000000
= 0

$ dump --registers={tmp}/regs --elf={tmp}/elf --stream=4 --json
| {
|   "smmu3": 1,
|   "verb": "dump",
|   "banks": [
|     {
|       "security": "Non-secure",
|       "SMMUEN": true,
|       "GBPA": "0x1000",
|       "STRTAB_BASE": "0x40000000",
|       "streams": [
|         {
|           "stream": "0x4",
|           "address": "0x40000100",
|           "ste": [
|             "0x000000000000000d",
|             "0x0000100000000000",
|             "0x000c005900000007",
|             "0x0000000040005000",
|             "0x0000000000000000",
|             "0x0000000000000000",
|             "0x0000000000000000",
|             "0x0000000000000000"
|           ],
|           "config": "stage 1 bypassed, stage 2 translates",
|           "contexts": [
|             {
|               "ranges": [
|                 {
|                   "first": "0x40000000",
|                   "last": "0x401fffff",
|                   "output": "0x40000000",
|                   "space": "Non-secure",
|                   "unprivileged": "rwx",
|                   "privileged": "rwx",
|                   "bypass": false,
|                   "memattr": "0xf"
|                 }
|               ]
|             }
|           ]
|         }
|       ],
|       "disabled": []
|     },
|     {
|       "security": "Secure",
|       "SMMUEN": true,
|       "GBPA": "0x1000",
|       "STRTAB_BASE": "0xe000000",
|       "streams": [],
|       "disabled": []
|     }
|   ]
| }
= 0

$ dump --registers={tmp}/regs --elf={tmp}/elf --no-ranges
| Non-secure: translation is on, Stream table at 0x40000000
|   StreamID 0x1 (PCI 00:00.1), STE at 0x40000040: stage 1 translates, stage 2 bypassed
|     no SubstreamID, CD at 0x40001000 (Non-secure): ASID 1, TTB0 0x40002000 (39 bits)
|   StreamID 0x2 (PCI 00:00.2), STE at 0x40000080: both stages bypassed
|     no SubstreamID
|   StreamID 0x3 (PCI 00:00.3), STE at 0x400000c0: stage 1 bypassed, stage 2 translates
|     illegal: STE.S2AA64 selects a table format that is not implemented (STE_S2_FORMAT)
|   StreamID 0x4 (PCI 00:00.4), STE at 0x40000100: stage 1 bypassed, stage 2 translates
|     no SubstreamID, VMID 7, S2TTB 0x40005000 (39 bits)
|   StreamID 0x5 (PCI 00:00.5), STE at 0x40000140: stage 1 translates, stage 2 bypassed
|     no SubstreamID, CD at 0x40001040 (Non-secure)
|       CD.V is 0 (CD_V)
| Secure: translation is on, Stream table at 0xe000000
= 0

$ dump --registers={tmp}/regs --elf={tmp}/elf --walks=10
| Non-secure: translation is on, Stream table at 0x40000000
|   StreamID 0x1 (PCI 00:00.1), STE at 0x40000040: stage 1 translates, stage 2 bypassed
|     no SubstreamID, CD at 0x40001000 (Non-secure): ASID 1, TTB0 0x40002000 (39 bits)
! smmu3: dump: not complete: the number of walks is spent (--walks)
= 2

$ lint --registers={tmp}/regs --elf={tmp}/elf --secure-memory={tmp}/secure@0x0e000000
| queue-alignment: Non-secure CMDQ_BASE 0x40060020 is not aligned to its 4096 bytes (IHI0070G.b 6.3.26)
| unhandled-error: Non-secure: GERROR 0x1 is active; CMDQ_CONS.ERR is 0 (IHI0070G.b 6.3.19)
| eventq-never-drained: Non-secure: 3 events are waiting, and CONS is still 0 (IHI0070G.b 7.2)
| broken-table: Non-secure StreamID 0x1: 0x40000000-0x7fffffff: the read of a stage 1 descriptor was aborted (S1_WALK_EABT) (IHI0070G.b 7.3.12)
| stream-bypass: Non-secure StreamID 0x2: Config 0b100: the device reaches all of memory (IHI0070G.b 5.2)
| illegal-ste: Non-secure StreamID 0x3: STE.S2AA64 selects a table format that is not implemented (STE_S2_FORMAT) (IHI0070G.b 5.2.2)
| silent-faults: Non-secure StreamID 0x4: STE.S2R is 0 (IHI0070G.b 5.4)
| illegal-cd: Non-secure StreamID 0x5 SubstreamID 0x0: CD.V is 0 (CD_V) (IHI0070G.b 5.4.2)
| enable-order: Secure: CR0.SMMUEN is 1, but CMDQEN is 0: nothing can be invalidated (IHI0070G.b 6.3.9)
| enable-order: Secure: CR0.SMMUEN is 1, but EVENTQEN is 0: no fault is recorded (IHI0070G.b 6.3.9)
| secure-table-in-ns: a table of Secure streams is at 0x40008000, in Non-secure memory (IHI0070G.b 3.10)
| secure-table-in-ns: a table of Secure streams is at 0x40009000, in Non-secure memory (IHI0070G.b 3.10)
| secure-table-in-ns: a table of Secure streams is at 0x4000a000, in Non-secure memory (IHI0070G.b 3.10)
| table-writable: Non-secure StreamID 0x4 can write the table at 0x40000000 (Non-secure), at 0x40000000 (IHI0070G.b 3.10)
| table-writable: Non-secure StreamID 0x4 can write the table at 0x40001000 (Non-secure), at 0x40001000 (IHI0070G.b 3.10)
| table-writable: Non-secure StreamID 0x4 can write the table at 0x40002000 (Non-secure), at 0x40002000 (IHI0070G.b 3.10)
| table-writable: Non-secure StreamID 0x4 can write the table at 0x40003000 (Non-secure), at 0x40003000 (IHI0070G.b 3.10)
| table-writable: Non-secure StreamID 0x4 can write the table at 0x40004000 (Non-secure), at 0x40004000 (IHI0070G.b 3.10)
| table-writable: Non-secure StreamID 0x4 can write the table at 0x40005000 (Non-secure), at 0x40005000 (IHI0070G.b 3.10)
| table-writable: Non-secure StreamID 0x4 can write the table at 0x40006000 (Non-secure), at 0x40006000 (IHI0070G.b 3.10)
| aliased-mapping: Non-secure StreamID 0x1: 0x100000 and 0x104000 both reach 0x50000000 (IHI0070G.b 3.17)
| two-worlds-writable: Non-secure memory at 0x50000000 is writable by Secure StreamID 0x1 and Non-secure StreamID 0x1 (IHI0070G.b 3.10)
| two-worlds-writable: Non-secure memory at 0x50000000 is writable by Secure StreamID 0x1 and Non-secure StreamID 0x1 (IHI0070G.b 3.10)
= 1

$ lint --registers={tmp}/regs --elf={tmp}/elf -W no-broken-table -W no-table-writable -W no-illegal-ste -W no-illegal-cd -W no-stream-bypass -W no-aliased-mapping -W no-queue-alignment -W no-unhandled-error -W no-eventq-never-drained -W no-enable-order -W no-silent-faults
| nothing found
= 0

$ lint --registers={tmp}/regs --elf={tmp}/elf -W no-such-thing
! smmu3 lint: -W no-such-thing: no such check; --list shows them
! Try `smmu3 lint --help' or `smmu3 lint --usage' for more information.
= 2

$ lint --list
| table-alignment        a Stream table that is not aligned to its size: the low bits of its base are ignored (IHI0070G.b 6.3.24)
| queue-alignment        a queue that is not aligned to its size (IHI0070G.b 6.3.26)
| enable-order           translation on without command queue or Event queue: no invalidation, no fault reports (IHI0070G.b 6.3.9)
| default-bypass         GBPA lets all devices through while translation is off (IHI0070G.b 6.3.14)
| stream-bypass          a stream that bypasses both stages (IHI0070G.b 5.2)
| unhandled-error        a global error that nobody has acknowledged (IHI0070G.b 6.3.19)
| eventq-never-drained   an Event queue that fills and that nobody reads (IHI0070G.b 7.2)
| eventq-overflow        events were lost, and nobody has acknowledged that (IHI0070G.b 7.4)
| silent-faults          faults of a stream are not recorded (IHI0070G.b 5.4)
| illegal-ste            an STE that is valid but not legal (IHI0070G.b 5.2.2)
| illegal-cd             a CD that is missing or not legal (IHI0070G.b 5.4.2)
| broken-table           a table that leads to no memory, or to an address that is too large (IHI0070G.b 7.3.12)
| aliased-mapping        memory that one stream reaches at two addresses, writable at one at least (IHI0070G.b 3.17)
| secure-table-in-ns     a table of a Secure stream that the Non-secure world can write (IHI0070G.b 3.10)
| two-worlds-writable    memory that Secure and Non-secure streams can both write (IHI0070G.b 3.10)
| table-writable         a device that can write tables of the SMMU (IHI0070G.b 3.10)
| stale-translation      the caches of the running device answer other than the tables (IHI0070G.b 3.21)
= 0

$ show --registers={tmp}/regs
| IDR0                 0xd44101b
| IDR1                 0x2730010
| IDR2                 0x0
| IDR3                 0x1414
| IDR4                 0x0
| IDR5                 0x74
| IIDR                 0x0
| AIDR                 0x1
| CR0                  0xd
| CR0ACK               0xd
| CR1                  0x0
| CR2                  0x0
| STATUSR              0x0
| GBPA                 0x1000
| IRQ_CTRL             0x0
| IRQ_CTRLACK          0x0
| GERROR               0x1
| GERRORN              0x0
| GERROR_IRQ_CFG0      0x0
| GERROR_IRQ_CFG1      0x0
| GERROR_IRQ_CFG2      0x0
| STRTAB_BASE          0x40000000
| STRTAB_BASE_CFG      0x6
| CMDQ_BASE            0x40060028
| CMDQ_PROD            0x0
| CMDQ_CONS            0x0
| EVENTQ_BASE          0x40007003
| EVENTQ_IRQ_CFG0      0x0
| EVENTQ_IRQ_CFG1      0x0
| EVENTQ_IRQ_CFG2      0x0
| MPAMIDR              0x0
| GMPAM                0x0
| GBPMPAM              0x0
| S_IDR0               0x1000000
| S_IDR1               0x80000010
| S_IDR2               0x0
| S_IDR3               0x0
| S_IDR4               0x0
| S_CR0                0x1
| S_CR0ACK             0x1
| S_CR1                0x0
| S_CR2                0x0
| S_INIT               0x0
| S_GBPA               0x1000
| S_IRQ_CTRL           0x0
| S_IRQ_CTRLACK        0x0
| S_GERROR             0x0
| S_GERRORN            0x0
| S_GERROR_IRQ_CFG0    0x0
| S_GERROR_IRQ_CFG1    0x0
| S_GERROR_IRQ_CFG2    0x0
| S_STRTAB_BASE        0xe000000
| S_STRTAB_BASE_CFG    0x6
| S_CMDQ_BASE          0x0
| S_CMDQ_PROD          0x0
| S_CMDQ_CONS          0x0
| S_EVENTQ_BASE        0x0
| S_EVENTQ_PROD        0x0
| S_EVENTQ_CONS        0x0
| S_EVENTQ_IRQ_CFG0    0x0
| S_EVENTQ_IRQ_CFG1    0x0
| S_EVENTQ_IRQ_CFG2    0x0
| S_MPAMIDR            0x0
| S_GMPAM              0x0
| S_GBPMPAM            0x0
| EVENTQ_PROD          0x3
| EVENTQ_CONS          0x0
= 0

$ show --registers={tmp}/regs --json
| {
|   "smmu3": 1,
|   "verb": "show",
|   "registers": {
|     "IDR0": "0xd44101b",
|     "IDR1": "0x2730010",
|     "IDR2": "0x0",
|     "IDR3": "0x1414",
|     "IDR4": "0x0",
|     "IDR5": "0x74",
|     "IIDR": "0x0",
|     "AIDR": "0x1",
|     "CR0": "0xd",
|     "CR0ACK": "0xd",
|     "CR1": "0x0",
|     "CR2": "0x0",
|     "STATUSR": "0x0",
|     "GBPA": "0x1000",
|     "IRQ_CTRL": "0x0",
|     "IRQ_CTRLACK": "0x0",
|     "GERROR": "0x1",
|     "GERRORN": "0x0",
|     "GERROR_IRQ_CFG0": "0x0",
|     "GERROR_IRQ_CFG1": "0x0",
|     "GERROR_IRQ_CFG2": "0x0",
|     "STRTAB_BASE": "0x40000000",
|     "STRTAB_BASE_CFG": "0x6",
|     "CMDQ_BASE": "0x40060028",
|     "CMDQ_PROD": "0x0",
|     "CMDQ_CONS": "0x0",
|     "EVENTQ_BASE": "0x40007003",
|     "EVENTQ_IRQ_CFG0": "0x0",
|     "EVENTQ_IRQ_CFG1": "0x0",
|     "EVENTQ_IRQ_CFG2": "0x0",
|     "MPAMIDR": "0x0",
|     "GMPAM": "0x0",
|     "GBPMPAM": "0x0",
|     "S_IDR0": "0x1000000",
|     "S_IDR1": "0x80000010",
|     "S_IDR2": "0x0",
|     "S_IDR3": "0x0",
|     "S_IDR4": "0x0",
|     "S_CR0": "0x1",
|     "S_CR0ACK": "0x1",
|     "S_CR1": "0x0",
|     "S_CR2": "0x0",
|     "S_INIT": "0x0",
|     "S_GBPA": "0x1000",
|     "S_IRQ_CTRL": "0x0",
|     "S_IRQ_CTRLACK": "0x0",
|     "S_GERROR": "0x0",
|     "S_GERRORN": "0x0",
|     "S_GERROR_IRQ_CFG0": "0x0",
|     "S_GERROR_IRQ_CFG1": "0x0",
|     "S_GERROR_IRQ_CFG2": "0x0",
|     "S_STRTAB_BASE": "0xe000000",
|     "S_STRTAB_BASE_CFG": "0x6",
|     "S_CMDQ_BASE": "0x0",
|     "S_CMDQ_PROD": "0x0",
|     "S_CMDQ_CONS": "0x0",
|     "S_EVENTQ_BASE": "0x0",
|     "S_EVENTQ_PROD": "0x0",
|     "S_EVENTQ_CONS": "0x0",
|     "S_EVENTQ_IRQ_CFG0": "0x0",
|     "S_EVENTQ_IRQ_CFG1": "0x0",
|     "S_EVENTQ_IRQ_CFG2": "0x0",
|     "S_MPAMIDR": "0x0",
|     "S_GMPAM": "0x0",
|     "S_GBPMPAM": "0x0",
|     "EVENTQ_PROD": "0x3",
|     "EVENTQ_CONS": "0x0"
|   }
| }
= 0

$ show --registers={tmp}/regs events
! smmu3: show: only a running QEMU has events: give --qmp
= 2

$ walk 1 2
! smmu3: walk: whose state? Give --qmp, --snapshot or --registers; see smmu3-inputs(7)
= 2

$ walk --registers={tmp}/regs --snapshot={tmp}/ram 1 2
! smmu3: walk: give one of --qmp, --snapshot and --registers
= 2

$ walk --registers={tmp}/none 1 2
! smmu3: walk: {tmp}/none: No such file or directory
= 2

$ walk --registers={tmp}/bad.regs 1 2
! smmu3: walk: {tmp}/bad.regs:2: there is no register 'HELLO'
= 2

$ walk --registers={tmp}/empty 1 2
! smmu3: walk: {tmp}/empty: no register in it
= 2

$ walk --registers={tmp}/regs --elf={tmp}/short.elf 1 2
! smmu3: walk: {tmp}/short.elf: truncated: the memory at 0x40000000 is missing
= 2

$ walk --registers={tmp}/regs --elf={tmp}/header.elf 1 2
! smmu3: walk: {tmp}/header.elf: there is no memory in it
= 2

$ walk --registers={tmp}/regs --elf={tmp}/regs 1 2
! smmu3: walk: {tmp}/regs: not an ELF file
= 2

$ walk --registers={tmp}/regs --memory={tmp}/ram 1 2
! smmu3: walk: memory '{tmp}/ram': give FILE@ADDRESS, such as ram.bin@0x40000000
= 2

$ walk --registers={tmp}/regs --memory={tmp}/empty@0 1 2
! smmu3: walk: {tmp}/empty: is empty
= 2

$ walk --snapshot={tmp}/ram 1 2
! smmu3: walk: {tmp}/ram: the snapshot is truncated or not one
= 2

$ walk --registers={tmp}/regs bus 2
! smmu3 walk: 'bus' is no StreamID; give a number or a PCI address such as 00:02.0
! Try `smmu3 walk --help' or `smmu3 walk --usage' for more information.
= 2

$ walk --registers={tmp}/regs 1 elephant
! smmu3 walk: 'elephant' is no address
! Try `smmu3 walk --help' or `smmu3 walk --usage' for more information.
= 2

$ explain --registers={tmp}/regs 1
! smmu3 explain: give STREAM and ADDRESS, or --from-event
! Try `smmu3 explain --help' or `smmu3 explain --usage' for more information.
= 2
