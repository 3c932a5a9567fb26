Fault reports as Linux printed them on real machines, older format (raw words) and newer (with names); the numbers are
from bug reports and commit messages on public lists. Some were quoted, wrapped or cut on the way.

i.MX95, a PCIe controller without the StreamID of its msi-map
$ decode event
< > > arm-smmu-v3 490d0000.iommu: event 0x10 received:
< > > arm-smmu-v3 490d0000.iommu:      0x0000001100000010
< > > arm-smmu-v3 490d0000.iommu:      0x0000020a00000000
< > > arm-smmu-v3 490d0000.iommu:      0x000000009b0cc000
< > > arm-smmu-v3 490d0000.iommu:      0x0000000000000000
< > > arm-smmu-v3 490d0000.iommu: event: F_TRANSLATION client: 0000:01:00.0 sid: 0x11 ssid: 0x0 iova: 0x9b0cc000 ipa: 0x0
< > > arm-smmu-v3 490d0000.iommu: priv data read s1 "Input address caused fault" stag: 0x0 r8169 0000:03:00.0
| event F_TRANSLATION, of 490d0000.iommu, client 0000:01:00.0  (IHI0070G.b 7.3.13)
|   words: 0x0000001100000010 0x0000020a00000000 0x000000009b0cc000 0x0000000000000000
|   Number         [7:0]      0x10
|   StreamID       [63:32]    0x11
|   Stall          [95]       0x0                terminated
|   PnU            [97]       0x1                privileged
|   InD            [98]       0x0                data
|   RnW            [99]       0x1                read
|   S2             [103]      0x0                stage 1
|   CLASS          [105:104]  0x2                the access itself
|   InputAddr      [191:128]  0x9b0cc000
|   = StreamID 0x11 (PCI 00:02.1): privileged data read of 0x9b0cc000, stage 1: the address is not mapped
= 0

$ decode event
< [   70.355743] arm-smmu-v3 arm-smmu-v3.5.auto: event 0x10 received:
< [   70.361893] arm-smmu-v3 arm-smmu-v3.5.auto:  0x0002060000000010
< [   70.367948] arm-smmu-v3 arm-smmu-v3.5.auto:  0x0000020000000000
< [   70.374002] arm-smmu-v3 arm-smmu-v3.5.auto:  0x00000000ff9bc000
< [   70.380055] arm-smmu-v3 arm-smmu-v3.5.auto:  0x0000000000000000
< [   70.386109] arm-smmu-v3 arm-smmu-v3.5.auto: event: F_TRANSLATION client: 0001:06:00.0 sid: 0x20600 ssid: 0x0 iova: 0xff9bc000 ipa: 0x0
< [   70.398531] arm-smmu-v3 arm-smmu-v3.5.auto: unpriv data write s1 "Input address caused fault" stag: 0x0
| event F_TRANSLATION, of arm-smmu-v3.5.auto, client 0001:06:00.0  (IHI0070G.b 7.3.13)
|   words: 0x0002060000000010 0x0000020000000000 0x00000000ff9bc000 0x0000000000000000
|   Number         [7:0]      0x10
|   StreamID       [63:32]    0x20600
|   Stall          [95]       0x0                terminated
|   PnU            [97]       0x0                unprivileged
|   InD            [98]       0x0                data
|   RnW            [99]       0x0                write
|   S2             [103]      0x0                stage 1
|   CLASS          [105:104]  0x2                the access itself
|   InputAddr      [191:128]  0xff9bc000
|   = StreamID 0x20600 (PCI 06:00.0): unprivileged data write to 0xff9bc000, stage 1: the address is not mapped
= 0

$ decode event
<   arm-smmu-v3 fc900000.iommu: event: F_TRANSLATION client: 0000:01:00.0 sid: 0x100 ssid: 0x0 iova: 0x90000f040 ipa: 0x0
<   arm-smmu-v3 fc900000.iommu: unpriv data write s1 "Input address caused fault" stag: 0x0
| event F_TRANSLATION, of fc900000.iommu, client 0000:01:00.0  (IHI0070G.b 7.3.13)
|   made of the text: 0x0000010000000010 0x0000020000000000 0x000000090000f040 0x0000000000000000
|   Number         [7:0]      0x10
|   StreamID       [63:32]    0x100
|   Stall          [95]       0x0                terminated
|   PnU            [97]       0x0                unprivileged
|   InD            [98]       0x0                data
|   RnW            [99]       0x0                write
|   S2             [103]      0x0                stage 1
|   CLASS          [105:104]  0x2                the access itself
|   InputAddr      [191:128]  0x90000f040
|   = StreamID 0x100 (PCI 01:00.0): unprivileged data write to 0x90000f040, stage 1: the address is not mapped
= 0

$ decode event --json
< [  131.474962] arm-smmu-v3 fc900000.iommu: event 0x10 received:
< [  131.475699] arm-smmu-v3 fc900000.iommu: 	0x0000210000000010
< [  131.476205] arm-smmu-v3 fc900000.iommu: 	0x0000020000000000
< [  131.476767] arm-smmu-v3 fc900000.iommu: 	0x0000000000000000
< [  131.477597] arm-smmu-v3 fc900000.iommu: 	0x0000000000000000
< [  131.478201] arm-smmu-v3 fc900000.iommu: event: F_TRANSLATION client: 0002:21:00.0 sid: 0x2100 ssid: 0x0 iova: 0x0 ipa: 0x0
< [  131.479515] arm-smmu-v3 fc900000.iommu: unpriv data write s1 "Input address caused fault" stag: 0x0
| {
|   "smmu3": 1,
|   "verb": "decode",
|   "records": [
|     {
|       "record": "event",
|       "clause": "7.3.13",
|       "words": [
|         "0x0000210000000010",
|         "0x0000020000000000",
|         "0x0000000000000000",
|         "0x0000000000000000"
|       ],
|       "fields": [
|         {
|           "name": "Number",
|           "bits": "7:0",
|           "value": "0x10"
|         },
|         {
|           "name": "StreamID",
|           "bits": "63:32",
|           "value": "0x2100"
|         },
|         {
|           "name": "Stall",
|           "bits": "95",
|           "value": "0x0",
|           "meaning": "terminated"
|         },
|         {
|           "name": "PnU",
|           "bits": "97",
|           "value": "0x0",
|           "meaning": "unprivileged"
|         },
|         {
|           "name": "InD",
|           "bits": "98",
|           "value": "0x0",
|           "meaning": "data"
|         },
|         {
|           "name": "RnW",
|           "bits": "99",
|           "value": "0x0",
|           "meaning": "write"
|         },
|         {
|           "name": "S2",
|           "bits": "103",
|           "value": "0x0",
|           "meaning": "stage 1"
|         },
|         {
|           "name": "CLASS",
|           "bits": "105:104",
|           "value": "0x2",
|           "meaning": "the access itself"
|         }
|       ],
|       "kind": "F_TRANSLATION",
|       "summary": "StreamID 0x2100 (PCI 21:00.0): unprivileged data write to 0x0, stage 1: the address is not mapped",
|       "from": "raw words",
|       "smmu": "fc900000.iommu",
|       "client": "0002:21:00.0"
|     }
|   ]
| }
= 0

$ decode event
< [  196.747107] arm-smmu-v3 arm-smmu-v3.0.auto: event 0x10 received:
< [  196.747109] arm-smmu-v3 arm-smmu-v3.0.auto: 0x00000180 00000010
< [  196.747110] arm-smmu-v3 arm-smmu-v3.0.auto: 0x0000020100000000
< [  196.747111] arm-smmu-v3 arm-smmu-v3.0.auto: 0x00000000ffffe040
< [  196.747113] arm-smmu-v3 arm-smmu-v3.0.auto: 0x00000000ffffe000
| event F_TRANSLATION, of arm-smmu-v3.0.auto  (IHI0070G.b 7.3.13)
|   words: 0x0000018000000010 0x0000020100000000 0x00000000ffffe040 0x00000000ffffe000
|   Number         [7:0]      0x10
|   StreamID       [63:32]    0x180
|   Stall          [95]       0x0                terminated
|   PnU            [97]       0x0                unprivileged
|   InD            [98]       0x0                data
|   RnW            [99]       0x0                write
|   S2             [103]      0x0                stage 1
|   CLASS          [105:104]  0x2                the access itself
|   InputAddr      [191:128]  0xffffe040
|   IPA            [247:204]  0xffffe000
|   = StreamID 0x180 (PCI 01:10.0): unprivileged data write to 0xffffe040, stage 1: the address is not mapped
|   note: bits 96 are set, which are reserved or IMPLEMENTATION DEFINED here
= 0

$ decode event
< arm-smmu-v3 arm-smmu-v3.0.auto: event 0x02 received:
< arm-smmu-v3 arm-smmu-v3.0.auto: 0x0000090000000002
< arm-smmu-v3 arm-smmu-v3.0.auto: 0x0000000000000000
< arm-smmu-v3 arm-smmu-v3.0.auto: 0x0000000000000000
< arm-smmu-v3 arm-smmu-v3.0.auto: 0x0000000000000000
< arm-smmu-v3 arm-smmu-v3.0.auto: event: C_BAD_STREAMID client: (unassigned sid) sid: 0x900 ssid: 0x0
| event C_BAD_STREAMID, of arm-smmu-v3.0.auto  (IHI0070G.b 7.3.3)
|   words: 0x0000090000000002 0x0000000000000000 0x0000000000000000 0x0000000000000000
|   Number         [7:0]      0x2
|   StreamID       [63:32]    0x900
|   = StreamID 0x900 (PCI 09:00.0): the StreamID is outside the Stream table
= 0

$ decode event
< arm-smmu-v3 arm-smmu-v3.34.auto: event 0x0a received:
< arm-smmu-v3 arm-smmu-v3.34.auto: 	0x00007f220000280a
< arm-smmu-v3 arm-smmu-v3.34.auto: 	0x000010000000007e
< arm-smmu-v3 arm-smmu-v3.34.auto: 	0x00000000034e8670
< watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [irq/268-arm-smm:247]
| event C_BAD_CD, of arm-smmu-v3.34.auto  (IHI0070G.b 7.3.11)
|   words: 0x00007f220000280a 0x000010000000007e 0x00000000034e8670 0x0000000000000000
|   Number         [7:0]      0xa
|   SSV            [11]       0x1                with a SubstreamID
|   SubstreamID    [31:12]    0x2
|   StreamID       [63:32]    0x7f22
|   = StreamID 0x7f22 (PCI 7f:04.2) SubstreamID 0x2: the CD is invalid or illegal
|   note: bits 70:65 108 134:132 138:137 143 147:145 150 153:152 are set, which are reserved or IMPLEMENTATION DEFINED here
|   note: the log has 1 words less than a record
= 0

$ decode event
< [  478.907684] arm-smmu-v3 arm-smmu-v3.2.auto: event 0x10 received:
< [  478.913691] arm-smmu-v3 arm-smmu-v3.2.auto:  0x0000310200000010
< [  478.919603] arm-smmu-v3 arm-smmu-v3.2.auto:  0x000002088000007f
< [  478.925515] arm-smmu-v3 arm-smmu-v3.2.auto:  0x0000000000000000
< [  478.931425] arm-smmu-v3 arm-smmu-v3.2.auto:  0x0000000000000000
< [  478.947552] hisi_zip 0000:31:00.0: qm_axi_rresp [error status=0x1] found
| event F_TRANSLATION, of arm-smmu-v3.2.auto  (IHI0070G.b 7.3.13)
|   words: 0x0000310200000010 0x000002088000007f 0x0000000000000000 0x0000000000000000
|   Number         [7:0]      0x10
|   StreamID       [63:32]    0x3102
|   STAG           [79:64]    0x7f
|   Stall          [95]       0x1                stalled: waits for CMD_RESUME
|   PnU            [97]       0x0                unprivileged
|   InD            [98]       0x0                data
|   RnW            [99]       0x1                read
|   S2             [103]      0x0                stage 1
|   CLASS          [105:104]  0x2                the access itself
|   = StreamID 0x3102 (PCI 31:00.2): unprivileged data read of 0x0, stage 1: the address is not mapped
= 0

$ decode event
<   arm-smmu-v3 arm-smmu-v3.2.auto: event 0x10 received:
<   arm-smmu-v3 arm-smmu-v3.2.auto: 	0x0000350100000010
<   arm-smmu-v3 arm-smmu-v3.2.auto: 	0x000002088000003f
<   arm-smmu-v3 arm-smmu-v3.2.auto: 	0x00000000a50e0800
<   arm-smmu-v3 arm-smmu-v3.2.auto: 	0x0000000000000000
<   arm-smmu-v3 arm-smmu-v3.2.auto: event 0x10 received:
<   arm-smmu-v3 arm-smmu-v3.2.auto: 	0x0000350100000010
<   arm-smmu-v3 arm-smmu-v3.2.auto: 	0x000002088000043e
<   arm-smmu-v3 arm-smmu-v3.2.auto: 	0x00000000a50a0800
| event F_TRANSLATION, of arm-smmu-v3.2.auto  (IHI0070G.b 7.3.13)
|   words: 0x0000350100000010 0x000002088000003f 0x00000000a50e0800 0x0000000000000000
|   Number         [7:0]      0x10
|   StreamID       [63:32]    0x3501
|   STAG           [79:64]    0x3f
|   Stall          [95]       0x1                stalled: waits for CMD_RESUME
|   PnU            [97]       0x0                unprivileged
|   InD            [98]       0x0                data
|   RnW            [99]       0x1                read
|   S2             [103]      0x0                stage 1
|   CLASS          [105:104]  0x2                the access itself
|   InputAddr      [191:128]  0xa50e0800
|   = StreamID 0x3501 (PCI 35:00.1): unprivileged data read of 0xa50e0800, stage 1: the address is not mapped
|
| event F_TRANSLATION, of arm-smmu-v3.2.auto  (IHI0070G.b 7.3.13)
|   words: 0x0000350100000010 0x000002088000043e 0x00000000a50a0800 0x0000000000000000
|   Number         [7:0]      0x10
|   StreamID       [63:32]    0x3501
|   STAG           [79:64]    0x43e
|   Stall          [95]       0x1                stalled: waits for CMD_RESUME
|   PnU            [97]       0x0                unprivileged
|   InD            [98]       0x0                data
|   RnW            [99]       0x1                read
|   S2             [103]      0x0                stage 1
|   CLASS          [105:104]  0x2                the access itself
|   InputAddr      [191:128]  0xa50a0800
|   = StreamID 0x3501 (PCI 35:00.1): unprivileged data read of 0xa50a0800, stage 1: the address is not mapped
|   note: the log has 1 words less than a record
= 0

$ decode event
< > [ 6542.670624] arm-smmu-v3 arm-smmu-v3.2.auto: event 0x10 received:
< > [ 6542.670630] arm-smmu-v3 arm-smmu-v3.2.auto: 0x00007d1200000010
< > [ 6542.670631] arm-smmu-v3 arm-smmu-v3.2.auto: 0x000012000000007c
< > [ 6542.670633] arm-smmu-v3 arm-smmu-v3.2.auto: 0x00000000fffef040
< > [ 6542.670634] arm-smmu-v3 arm-smmu-v3.2.auto: 0x00000000fffef000
| event F_TRANSLATION, of arm-smmu-v3.2.auto  (IHI0070G.b 7.3.13)
|   words: 0x00007d1200000010 0x000012000000007c 0x00000000fffef040 0x00000000fffef000
|   Number         [7:0]      0x10
|   StreamID       [63:32]    0x7d12
|   STAG           [79:64]    0x7c
|   Stall          [95]       0x0                terminated
|   PnU            [97]       0x0                unprivileged
|   InD            [98]       0x0                data
|   RnW            [99]       0x0                write
|   S2             [103]      0x0                stage 1
|   CLASS          [105:104]  0x2                the access itself
|   InputAddr      [191:128]  0xfffef040
|   IPA            [247:204]  0xfffef000
|   = StreamID 0x7d12 (PCI 7d:02.2): unprivileged data write to 0xfffef040, stage 1: the address is not mapped
|   note: bits 108 are set, which are reserved or IMPLEMENTATION DEFINED here
= 0

$ decode event
< [10499.379288] vfio-pci 0000:7d:02.1: enabling device (0000 -> 0002)
< [10501.943881] arm-smmu-v3 arm-smmu-v3.2.auto: event 0x04 received:
< [10501.943884] arm-smmu-v3 arm-smmu-v3.2.auto: 0x00007d1100000004
< [10501.943886] arm-smmu-v3 arm-smmu-v3.2.auto: 0x0000100800000080
< [10501.943887] arm-smmu-v3 arm-smmu-v3.2.auto: 0x00000000fe040000
< [10501.943889] arm-smmu-v3 arm-smmu-v3.2.auto: 0x000000007e04c440
| event C_BAD_STE, of arm-smmu-v3.2.auto  (IHI0070G.b 7.3.5)
|   words: 0x00007d1100000004 0x0000100800000080 0x00000000fe040000 0x000000007e04c440
|   Number         [7:0]      0x4
|   StreamID       [63:32]    0x7d11
|   = StreamID 0x7d11 (PCI 7d:02.1): the STE is invalid (V=0: nobody configured this stream) or illegal
|   note: bits 71 99 108 146 159:153 198 202 207:206 210 222:217 are set, which are reserved or IMPLEMENTATION DEFINED here
= 0

$ decode event
< [  173.183547] arm-smmu-v3 arm-smmu-v3.1.auto: event 0x10 received:
< [  173.191862] arm-smmu-v3 arm-smmu-v3.1.auto:  0x00007d0000000010
< [  173.200551] arm-smmu-v3 arm-smmu-v3.1.auto:  0x0000020900000080
< [  173.209235] arm-smmu-v3 arm-smmu-v3.1.auto:  0x00000000f47cf000
< [  173.217918] arm-smmu-v3 arm-smmu-v3.1.auto:  0x00000000f47cf000
| event F_TRANSLATION, of arm-smmu-v3.1.auto  (IHI0070G.b 7.3.13)
|   words: 0x00007d0000000010 0x0000020900000080 0x00000000f47cf000 0x00000000f47cf000
|   Number         [7:0]      0x10
|   StreamID       [63:32]    0x7d00
|   STAG           [79:64]    0x80
|   Stall          [95]       0x0                terminated
|   PnU            [97]       0x0                unprivileged
|   InD            [98]       0x0                data
|   RnW            [99]       0x1                read
|   S2             [103]      0x0                stage 1
|   CLASS          [105:104]  0x2                the access itself
|   InputAddr      [191:128]  0xf47cf000
|   IPA            [247:204]  0xf47cf000
|   = StreamID 0x7d00 (PCI 7d:00.0): unprivileged data read of 0xf47cf000, stage 1: the address is not mapped
|   note: bits 96 are set, which are reserved or IMPLEMENTATION DEFINED here
= 0

$ decode event
< arm-smmu-v3 arm-smmu-v3.1.auto: event 0x10 received:
< dh: Party A: generate public key test failed. err -22
< 11375.065672] dh alg: dh: test failed on vector 1, err=-22
< arm-smmu-v3 arm-smmu-v3.1.auto:  0x0000790000000010
< arm-smmu-v3 arm-smmu-v3.1.auto:  0x0000120800000080
< hpre-dh self test failed
< arm-smmu-v3 arm-smmu-v3.1.auto:  0x0000000000000000
< arm-smmu-v3 arm-smmu-v3.1.auto:  0x0000000000000000
| event F_TRANSLATION, of arm-smmu-v3.1.auto  (IHI0070G.b 7.3.13)
|   words: 0x0000790000000010 0x0000120800000080 0x0000000000000000 0x0000000000000000
|   Number         [7:0]      0x10
|   StreamID       [63:32]    0x7900
|   STAG           [79:64]    0x80
|   Stall          [95]       0x0                terminated
|   PnU            [97]       0x0                unprivileged
|   InD            [98]       0x0                data
|   RnW            [99]       0x1                read
|   S2             [103]      0x0                stage 1
|   CLASS          [105:104]  0x2                the access itself
|   = StreamID 0x7900 (PCI 79:00.0): unprivileged data read of 0x0, stage 1: the address is not mapped
|   note: bits 108 are set, which are reserved or IMPLEMENTATION DEFINED here
= 0

$ decode gerror
< [ 1.0] arm-smmu-v3 9050000.smmuv3: unexpected global error reported (0x00000001), this could be serious
< [ 1.0] arm-smmu-v3 9050000.smmuv3: CMDQ error (cons 0x01000003): Illegal command
< [ 2.0] arm-smmu-v3 9050000.smmuv3: event queue overflow detected -- events may have been lost
| register GERROR, of 9050000.smmuv3  (IHI0070G.b 6.3.19)
|   words: 0x1 0x0
|   CMDQ_ERR       [0]        0x1                the command queue stopped: CMDQ_CONS.ERR says why
|
| register CMDQ_CONS, of 9050000.smmuv3  (IHI0070G.b 6.3.28)
|   words: 0x1000003
|   RD             [19:0]     0x3
|   ERR            [30:24]    0x1                CERROR_ILL: the command is illegal
|
| message, of 9050000.smmuv3
|   = event queue overflow detected -- events may have been lost
= 0

$ decode event
< Linux version 6.12.0
< usb 1-1: new high-speed USB device
! smmu3: decode event: neither words ('Linux' is no hex number) nor a report of Linux's arm-smmu-v3 driver
= 2
