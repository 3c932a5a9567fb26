smmu3 decode: each kind of record, each way to give it, and what is wrong with input.

$ decode event 0x0000001000000010 0x0000020000000000 0xab000 0
| event F_TRANSLATION  (IHI0070G.b 7.3.13)
|   words: 0x0000001000000010 0x0000020000000000 0x00000000000ab000 0x0000000000000000
|   Number         [7:0]      0x10
|   StreamID       [63:32]    0x10
|   Stall          [95]       0x0                terminated
|   PnU            [97]       0x0                unprivileged
|   InD            [98]       0x0                data
|   RnW            [99]       0x0                write
|   S2             [103]      0x0                stage 1
|   CLASS          [105:104]  0x2                the access itself
|   InputAddr      [191:128]  0xab000
|   = StreamID 0x10 (PCI 00:02.0): unprivileged data write to 0xab000, stage 1: the address is not mapped
= 0

$ decode event 00000010 00000010 00000000 00000200 000ab000 0 0 0
| event F_TRANSLATION  (IHI0070G.b 7.3.13)
|   words: 0x0000001000000010 0x0000020000000000 0x00000000000ab000 0x0000000000000000
|   Number         [7:0]      0x10
|   StreamID       [63:32]    0x10
|   Stall          [95]       0x0                terminated
|   PnU            [97]       0x0                unprivileged
|   InD            [98]       0x0                data
|   RnW            [99]       0x0                write
|   S2             [103]      0x0                stage 1
|   CLASS          [105:104]  0x2                the access itself
|   InputAddr      [191:128]  0xab000
|   = StreamID 0x10 (PCI 00:02.0): unprivileged data write to 0xab000, stage 1: the address is not mapped
= 0

$ decode event -
< 00000000: 1000 0000 1000 0000 0000 0000 0002 0000  ................
< 00000010: 00b0 0a00 0000 0000 0000 0000 0000 0000  ................
| event F_TRANSLATION  (IHI0070G.b 7.3.13)
|   words: 0x0000001000000010 0x0000020000000000 0x00000000000ab000 0x0000000000000000
|   Number         [7:0]      0x10
|   StreamID       [63:32]    0x10
|   Stall          [95]       0x0                terminated
|   PnU            [97]       0x0                unprivileged
|   InD            [98]       0x0                data
|   RnW            [99]       0x0                write
|   S2             [103]      0x0                stage 1
|   CLASS          [105:104]  0x2                the access itself
|   InputAddr      [191:128]  0xab000
|   = StreamID 0x10 (PCI 00:02.0): unprivileged data write to 0xab000, stage 1: the address is not mapped
= 0

$ decode event
< 00000000  10 00 00 00 10 00 00 00  00 00 00 00 00 02 00 00  |................|
< 00000010  00 b0 0a 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
| event F_TRANSLATION  (IHI0070G.b 7.3.13)
|   words: 0x0000001000000010 0x0000020000000000 0x00000000000ab000 0x0000000000000000
|   Number         [7:0]      0x10
|   StreamID       [63:32]    0x10
|   Stall          [95]       0x0                terminated
|   PnU            [97]       0x0                unprivileged
|   InD            [98]       0x0                data
|   RnW            [99]       0x0                write
|   S2             [103]      0x0                stage 1
|   CLASS          [105:104]  0x2                the access itself
|   InputAddr      [191:128]  0xab000
|   = StreamID 0x10 (PCI 00:02.0): unprivileged data write to 0xab000, stage 1: the address is not mapped
= 0

$ decode event
< 0000000041000000: 0x0000001000000010 0x0000020000000000
< 0000000041000010: 0x00000000000ab000 0x0000000000000000
| event F_TRANSLATION  (IHI0070G.b 7.3.13)
|   words: 0x0000001000000010 0x0000020000000000 0x00000000000ab000 0x0000000000000000
|   Number         [7:0]      0x10
|   StreamID       [63:32]    0x10
|   Stall          [95]       0x0                terminated
|   PnU            [97]       0x0                unprivileged
|   InD            [98]       0x0                data
|   RnW            [99]       0x0                write
|   S2             [103]      0x0                stage 1
|   CLASS          [105:104]  0x2                the access itself
|   InputAddr      [191:128]  0xab000
|   = StreamID 0x10 (PCI 00:02.0): unprivileged data write to 0xab000, stage 1: the address is not mapped
= 0

$ decode event --json 0x0000001000000004 0 0 0
| {
|   "smmu3": 1,
|   "verb": "decode",
|   "records": [
|     {
|       "record": "event",
|       "clause": "7.3.5",
|       "words": [
|         "0x0000001000000004",
|         "0x0000000000000000",
|         "0x0000000000000000",
|         "0x0000000000000000"
|       ],
|       "fields": [
|         {
|           "name": "Number",
|           "bits": "7:0",
|           "value": "0x4"
|         },
|         {
|           "name": "StreamID",
|           "bits": "63:32",
|           "value": "0x10"
|         }
|       ],
|       "kind": "C_BAD_STE",
|       "summary": "StreamID 0x10 (PCI 00:02.0): the STE is invalid (V=0: nobody configured this stream) or illegal"
|     }
|   ]
| }
= 0

$ decode ste 0x4000000b 0x100000000000 0 0 0 0 0 0
| STE  (IHI0070G.b 5.2)
|   words: 0x000000004000000b 0x0000100000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|   V              [0]        0x1                valid
|   Config         [3:1]      0x5                stage 1 translates, stage 2 bypassed
|   S1Fmt          [5:4]      0x0                linear table of CDs
|   S1ContextPtr   [55:6]     0x40000000
|   S1DSS          [65:64]    0x0                without SubstreamID: terminate, F_STREAM_DISABLED
|   EATS           [93:92]    0x0                no ATS
|   STRW           [95:94]    0x0                NS-EL1 or Secure
|   SHCFG          [109:108]  0x1                as it comes in
|   NSCFG          [111:110]  0x0                as it comes in
|   PRIVCFG        [113:112]  0x0                as it comes in
|   INSTCFG        [115:114]  0x0                as it comes in
|   legal
= 0

$ decode ste 0x4000000b 0x100000000000 0 0 0 0 0 0 --profile=qemu-virt
| STE  (IHI0070G.b 5.2)
|   words: 0x000000004000000b 0x0000100000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|   V              [0]        0x1                valid
|   Config         [3:1]      0x5                stage 1 translates, stage 2 bypassed
|   S1Fmt          [5:4]      0x0                linear table of CDs
|   S1ContextPtr   [55:6]     0x40000000
|   S1DSS          [65:64]    0x0                without SubstreamID: terminate, F_STREAM_DISABLED
|   EATS           [93:92]    0x0                no ATS
|   STRW           [95:94]    0x0                NS-EL1 or Secure
|   SHCFG          [109:108]  0x1                as it comes in
|   NSCFG          [111:110]  0x0                as it comes in
|   PRIVCFG        [113:112]  0x0                as it comes in
|   INSTCFG        [115:114]  0x0                as it comes in
|   legal
= 0

$ decode ste 0 0 0 0 0 0 0 0
| STE  (IHI0070G.b 5.2)
|   words: 0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|   V              [0]        0x0                invalid
|   Config         [3:1]      0x0                the stream is disabled: every access is aborted, no event
|   EATS           [93:92]    0x0                no ATS
|   STRW           [95:94]    0x0                NS-EL1 or Secure
|   SHCFG          [109:108]  0x0                Non-shareable
|   NSCFG          [111:110]  0x0                as it comes in
|   PRIVCFG        [113:112]  0x0                as it comes in
|   INSTCFG        [115:114]  0x0                as it comes in
|   illegal: STE.V is 0 (STE_V, IHI0070G.b 5.2); raises C_BAD_STE
|   to pass: set STE.V: no driver has configured this StreamID. Is the device attached, and is it its StreamID?
= 1

$ decode ste 0xf 0x100000000000 0x8000000000000000 0 0 0 0 0
| STE  (IHI0070G.b 5.2)
|   words: 0x000000000000000f 0x0000100000000000 0x8000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|   V              [0]        0x1                valid
|   Config         [3:1]      0x7                nested: stage 1, then stage 2
|   S1Fmt          [5:4]      0x0                linear table of CDs
|   S1DSS          [65:64]    0x0                without SubstreamID: terminate, F_STREAM_DISABLED
|   EATS           [93:92]    0x0                no ATS
|   STRW           [95:94]    0x0                NS-EL1 or Secure
|   SHCFG          [109:108]  0x1                as it comes in
|   NSCFG          [111:110]  0x0                as it comes in
|   PRIVCFG        [113:112]  0x0                as it comes in
|   INSTCFG        [115:114]  0x0                as it comes in
|   S2TG           [175:174]  0x0                4 KB
|   S2PS           [178:176]  0x0                32 bits
|   S2AA64         [179]      0x0                VMSAv8-32 tables
|   S2R            [186]      0x0                stage 2 faults are not recorded
|   DPT_VMATCH     [191:190]  0x2
|   S_S2TG         [303:302]  0x0                4 KB
|   illegal: STE.S2AA64 selects a table format that is not implemented (STE_S2_FORMAT, IHI0070G.b 5.2); raises C_BAD_STE
|   to pass: set STE.S2AA64: only VMSAv8-64 tables are implemented
= 1

$ decode ste 1 0 0 0 0 0 0 0 --all --json
| {
|   "smmu3": 1,
|   "verb": "decode",
|   "records": [
|     {
|       "record": "STE",
|       "clause": "5.2",
|       "words": [
|         "0x0000000000000001",
|         "0x0000000000000000",
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
|           "value": "0x0",
|           "meaning": "the stream is disabled: every access is aborted, no event"
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
|           "value": "0x0"
|         },
|         {
|           "name": "S1CDMax",
|           "bits": "63:59",
|           "value": "0x0"
|         },
|         {
|           "name": "S1DSS",
|           "bits": "65:64",
|           "value": "0x0",
|           "meaning": "without SubstreamID: terminate, F_STREAM_DISABLED"
|         },
|         {
|           "name": "S1CIR",
|           "bits": "67:66",
|           "value": "0x0"
|         },
|         {
|           "name": "S1COR",
|           "bits": "69:68",
|           "value": "0x0"
|         },
|         {
|           "name": "S1CSH",
|           "bits": "71:70",
|           "value": "0x0"
|         },
|         {
|           "name": "S2HWU59",
|           "bits": "72",
|           "value": "0x0"
|         },
|         {
|           "name": "S2HWU60",
|           "bits": "73",
|           "value": "0x0"
|         },
|         {
|           "name": "S2HWU61",
|           "bits": "74",
|           "value": "0x0"
|         },
|         {
|           "name": "S2HWU62",
|           "bits": "75",
|           "value": "0x0"
|         },
|         {
|           "name": "DRE",
|           "bits": "76",
|           "value": "0x0"
|         },
|         {
|           "name": "CONT",
|           "bits": "80:77",
|           "value": "0x0"
|         },
|         {
|           "name": "DCP",
|           "bits": "81",
|           "value": "0x0"
|         },
|         {
|           "name": "PPAR",
|           "bits": "82",
|           "value": "0x0"
|         },
|         {
|           "name": "MEV",
|           "bits": "83",
|           "value": "0x0"
|         },
|         {
|           "name": "SW_RESERVED",
|           "bits": "87:84",
|           "value": "0x0"
|         },
|         {
|           "name": "S1PIE",
|           "bits": "88",
|           "value": "0x0"
|         },
|         {
|           "name": "S2FWB",
|           "bits": "89",
|           "value": "0x0"
|         },
|         {
|           "name": "S1MPAM",
|           "bits": "90",
|           "value": "0x0"
|         },
|         {
|           "name": "S1STALLD",
|           "bits": "91",
|           "value": "0x0"
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
|           "name": "MemAttr",
|           "bits": "99:96",
|           "value": "0x0"
|         },
|         {
|           "name": "MTCFG",
|           "bits": "100",
|           "value": "0x0"
|         },
|         {
|           "name": "ALLOCCFG",
|           "bits": "104:101",
|           "value": "0x0"
|         },
|         {
|           "name": "SHCFG",
|           "bits": "109:108",
|           "value": "0x0",
|           "meaning": "Non-shareable"
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
|         },
|         {
|           "name": "S2VMID",
|           "bits": "143:128",
|           "value": "0x0"
|         },
|         {
|           "name": "S2T0SZ",
|           "bits": "165:160",
|           "value": "0x0"
|         },
|         {
|           "name": "S2SL0",
|           "bits": "167:166",
|           "value": "0x0"
|         },
|         {
|           "name": "S2IR0",
|           "bits": "169:168",
|           "value": "0x0"
|         },
|         {
|           "name": "S2OR0",
|           "bits": "171:170",
|           "value": "0x0"
|         },
|         {
|           "name": "S2SH0",
|           "bits": "173:172",
|           "value": "0x0"
|         },
|         {
|           "name": "S2TG",
|           "bits": "175:174",
|           "value": "0x0",
|           "meaning": "4 KB"
|         },
|         {
|           "name": "S2PS",
|           "bits": "178:176",
|           "value": "0x0",
|           "meaning": "32 bits"
|         },
|         {
|           "name": "S2AA64",
|           "bits": "179",
|           "value": "0x0",
|           "meaning": "VMSAv8-32 tables"
|         },
|         {
|           "name": "S2ENDI",
|           "bits": "180",
|           "value": "0x0"
|         },
|         {
|           "name": "S2AFFD",
|           "bits": "181",
|           "value": "0x0"
|         },
|         {
|           "name": "S2PTW",
|           "bits": "182",
|           "value": "0x0"
|         },
|         {
|           "name": "S2HD",
|           "bits": "183",
|           "value": "0x0"
|         },
|         {
|           "name": "S2HA",
|           "bits": "184",
|           "value": "0x0"
|         },
|         {
|           "name": "S2S",
|           "bits": "185",
|           "value": "0x0"
|         },
|         {
|           "name": "S2R",
|           "bits": "186",
|           "value": "0x0",
|           "meaning": "stage 2 faults are not recorded"
|         },
|         {
|           "name": "S2HAFT",
|           "bits": "187",
|           "value": "0x0"
|         },
|         {
|           "name": "S2PIE",
|           "bits": "188",
|           "value": "0x0"
|         },
|         {
|           "name": "S2POE",
|           "bits": "189",
|           "value": "0x0"
|         },
|         {
|           "name": "DPT_VMATCH",
|           "bits": "191:190",
|           "value": "0x0"
|         },
|         {
|           "name": "S2NSW",
|           "bits": "192",
|           "value": "0x0"
|         },
|         {
|           "name": "S2NSA",
|           "bits": "193",
|           "value": "0x0"
|         },
|         {
|           "name": "S2SL0_2",
|           "bits": "194",
|           "value": "0x0"
|         },
|         {
|           "name": "S2DS",
|           "bits": "195",
|           "value": "0x0"
|         },
|         {
|           "name": "S2TTB",
|           "bits": "243:196",
|           "value": "0x0"
|         },
|         {
|           "name": "S2SKL",
|           "bits": "254:253",
|           "value": "0x0"
|         },
|         {
|           "name": "PARTID",
|           "bits": "287:272",
|           "value": "0x0"
|         },
|         {
|           "name": "S_S2T0SZ",
|           "bits": "293:288",
|           "value": "0x0"
|         },
|         {
|           "name": "S_S2SL0",
|           "bits": "295:294",
|           "value": "0x0"
|         },
|         {
|           "name": "S_S2TG",
|           "bits": "303:302",
|           "value": "0x0",
|           "meaning": "4 KB"
|         },
|         {
|           "name": "MECID",
|           "bits": "319:304",
|           "value": "0x0"
|         },
|         {
|           "name": "PMG",
|           "bits": "327:320",
|           "value": "0x0"
|         },
|         {
|           "name": "MPAM_NS",
|           "bits": "328",
|           "value": "0x0"
|         },
|         {
|           "name": "AssuredOnly",
|           "bits": "329",
|           "value": "0x0"
|         },
|         {
|           "name": "TL0",
|           "bits": "330",
|           "value": "0x0"
|         },
|         {
|           "name": "TL1",
|           "bits": "331",
|           "value": "0x0"
|         },
|         {
|           "name": "VMSPtr",
|           "bits": "375:332",
|           "value": "0x0"
|         },
|         {
|           "name": "S2SW",
|           "bits": "384",
|           "value": "0x0"
|         },
|         {
|           "name": "S2SA",
|           "bits": "385",
|           "value": "0x0"
|         },
|         {
|           "name": "S_S2SL0_2",
|           "bits": "386",
|           "value": "0x0"
|         },
|         {
|           "name": "S_S2TTB",
|           "bits": "435:388",
|           "value": "0x0"
|         },
|         {
|           "name": "S_S2SKL",
|           "bits": "446:445",
|           "value": "0x0"
|         }
|       ],
|       "legal": true
|     }
|   ]
| }
= 0

$ decode ste --secure --profile=qemu-virt 0xd 0x100000000000 0 0 0 0 0 0
| STE  (IHI0070G.b 5.2)
|   words: 0x000000000000000d 0x0000100000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|   V              [0]        0x1                valid
|   Config         [3:1]      0x6                stage 1 bypassed, stage 2 translates
|   EATS           [93:92]    0x0                no ATS
|   STRW           [95:94]    0x0                NS-EL1 or Secure
|   SHCFG          [109:108]  0x1                as it comes in
|   NSCFG          [111:110]  0x0                as it comes in
|   PRIVCFG        [113:112]  0x0                as it comes in
|   INSTCFG        [115:114]  0x0                as it comes in
|   S2TG           [175:174]  0x0                4 KB
|   S2PS           [178:176]  0x0                32 bits
|   S2AA64         [179]      0x0                VMSAv8-32 tables
|   S2R            [186]      0x0                stage 2 faults are not recorded
|   S_S2TG         [303:302]  0x0                4 KB
|   illegal: a Secure STE enables stage 2, but S_IDR1.SEL2 is 0 (STE_CONFIG_S2_SECURE, IHI0070G.b 5.2.2); raises C_BAD_STE
|   to pass: without S_IDR1.SEL2 Secure streams have stage 1 only: take STE.Config 0b101
= 1

$ decode cd 0x0001620480003510 0x40000000 0 0xff 0 0 0 0
| CD  (IHI0070G.b 5.4)
|   words: 0x0001620480003510 0x0000000040000000 0x0000000000000000 0x00000000000000ff 0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|   T0SZ           [5:0]      0x10
|   TG0            [7:6]      0x0                4 KB
|   IR0            [9:8]      0x1
|   OR0            [11:10]    0x1
|   SH0            [13:12]    0x3
|   V              [31]       0x1                valid
|   IPS            [34:32]    0x4                44 bits
|   AA64           [41]       0x1                VMSAv8-64 tables
|   R              [45]       0x1                faults are recorded
|   A              [46]       0x1                faults abort
|   ASID           [63:48]    0x1
|   TTB0           [115:68]   0x40000000
|   MAIR0          [223:192]  0xff
|   illegal: CD.TG0 or TG1 is reserved or a granule that is not implemented (CD_TGX, IHI0070G.b 5.4.2); raises C_BAD_CD
|   to pass: take a granule that IDR5 has, or set EPDx for the half that is not used
= 1

$ decode cd 0x0001620480003500 0x40000000 0 0xff 0 0 0 0 --set IDR5.GRAN4K=0
| CD  (IHI0070G.b 5.4)
|   words: 0x0001620480003500 0x0000000040000000 0x0000000000000000 0x00000000000000ff 0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|   TG0            [7:6]      0x0                4 KB
|   IR0            [9:8]      0x1
|   OR0            [11:10]    0x1
|   SH0            [13:12]    0x3
|   V              [31]       0x1                valid
|   IPS            [34:32]    0x4                44 bits
|   AA64           [41]       0x1                VMSAv8-64 tables
|   R              [45]       0x1                faults are recorded
|   A              [46]       0x1                faults abort
|   ASID           [63:48]    0x1
|   TTB0           [115:68]   0x40000000
|   MAIR0          [223:192]  0xff
|   illegal: CD.TG0 or TG1 is reserved or a granule that is not implemented (CD_TGX, IHI0070G.b 5.4.2); raises C_BAD_CD
|   to pass: take a granule that IDR5 has, or set EPDx for the half that is not used
= 1

$ decode cd 0x0001620080003540 0x40000000 0 0xff 0 0 0 0 --profile=qemu-virt --set=IDR5.GRAN64K=0
| CD  (IHI0070G.b 5.4)
|   words: 0x0001620080003540 0x0000000040000000 0x0000000000000000 0x00000000000000ff 0x0000000000000000 0x0000000000000000 0x0000000000000000 0x0000000000000000
|   TG0            [7:6]      0x1                64 KB
|   IR0            [9:8]      0x1
|   OR0            [11:10]    0x1
|   SH0            [13:12]    0x3
|   V              [31]       0x1                valid
|   IPS            [34:32]    0x0                32 bits
|   AA64           [41]       0x1                VMSAv8-64 tables
|   R              [45]       0x1                faults are recorded
|   A              [46]       0x1                faults abort
|   ASID           [63:48]    0x1
|   TTB0           [115:68]   0x40000000
|   MAIR0          [223:192]  0xff
|   illegal: CD.TG0 or TG1 is reserved or a granule that is not implemented (CD_TGX, IHI0070G.b 5.4.2); raises C_BAD_CD
|   to pass: take a granule that IDR5 has, or set EPDx for the half that is not used
= 1

$ decode cmd 0x46 0
| command SYNC  (IHI0070G.b 4.7.3)
|   words: 0x0000000000000046 0x0000000000000000
|   Opcode         [7:0]      0x46
|   CS             [13:12]    0x0                completes silently
|   legal
= 0

$ decode cmd 0x3046 0
| command SYNC  (IHI0070G.b 4.7.3)
|   words: 0x0000000000003046 0x0000000000000000
|   Opcode         [7:0]      0x46
|   CS             [13:12]    0x3
|   illegal: CMD_SYNC.CS is reserved (CMD_SYNC_CS, IHI0070G.b 4.7.3)
|   to pass: CS is 0, 1 or 2
= 1

$ decode cmd 0x0000000800000403 1
| command CFGI_STE  (IHI0070G.b 4.3.1)
|   words: 0x0000000800000403 0x0000000000000001
|   Opcode         [7:0]      0x3
|   SSec           [10]       0x1                for a Secure stream
|   StreamID       [63:32]    0x8
|   Leaf           [64]       0x1                last level only
|   illegal: SSec is 1 on a queue that is not Secure (CMD_SSEC, IHI0070G.b 4.1.6)
|   to pass: clear SSec on the Non-secure queue
= 1

$ decode cmd 0x0000000800000403 1 --secure
| command CFGI_STE  (IHI0070G.b 4.3.1)
|   words: 0x0000000800000403 0x0000000000000001
|   Opcode         [7:0]      0x3
|   SSec           [10]       0x1                for a Secure stream
|   StreamID       [63:32]    0x8
|   Leaf           [64]       0x1                last level only
|   legal
= 0

$ decode cmd 0xff 0
| command unknown  (IHI0070G.b 4.1)
|   words: 0x00000000000000ff 0x0000000000000000
|   Opcode         [7:0]      0xff
|   illegal: the command's opcode is reserved or belongs to a feature that is not implemented (CMD_OPCODE, IHI0070G.b 4.1.4)
|   to pass: do not send this command: check IDR0 for the feature it belongs to
= 1

$ decode cmd 0x0001000200000012 0xab000001
| command TLBI_NH_VA  (IHI0070G.b 4.4.2.3)
|   words: 0x0001000200000012 0x00000000ab000001
|   Opcode         [7:0]      0x12
|   Leaf           [64]       0x1                last level only
|   VMID           [47:32]    0x2
|   ASID           [63:48]    0x1
|   TG             [75:74]    0x0                one address
|   Address        [127:76]   0xab000000
|   legal
= 0

$ decode l1std 0x40000009
| L1STD  (IHI0070G.b 5.1)
|   words: 0x0000000040000009
|   Span           [4:0]      0x9
|   L2Ptr          [55:6]     0x40000000
|   legal
= 0

$ decode l1std 0
| L1STD  (IHI0070G.b 5.1)
|   words: 0x0000000000000000
|   Span           [4:0]      0x0                no Stream table below
|   illegal: L1STD.Span is 0, reserved or larger than SPLIT allows (L1STD_SPAN, IHI0070G.b 5.1); raises C_BAD_STREAMID
|   to pass: write an L1STD that points to a second-level array for this StreamID, then CMD_CFGI_STE with Leaf=0
= 1

$ decode l1cd 0x40000001
| L1CD  (IHI0070G.b 5.3)
|   words: 0x0000000040000001
|   V              [0]        0x1                valid
|   L2Ptr          [55:12]    0x40000000
|   legal
= 0

$ decode pte 0x40000f43
| stage 1 descriptor, level 3  (IHI0070G.b 3.4)
|   words: 0x0000000040000f43
|   Type           [1:0]      0x3                page
|   AP1            [6]        0x1                unprivileged too
|   AP2            [7]        0x0                writable
|   SH             [9:8]      0x3                Inner Shareable
|   AF             [10]       0x1
|   nG             [11]       0x1                for one ASID
|   = maps 0x40000000, 0x1000 bytes; unprivileged rwx, privileged rw-
|   legal
= 0

$ decode pte --level=2 0x40000741
| stage 1 descriptor, level 2  (IHI0070G.b 3.4)
|   words: 0x0000000040000741
|   Type           [1:0]      0x1                block
|   AP1            [6]        0x1                unprivileged too
|   AP2            [7]        0x0                writable
|   SH             [9:8]      0x3                Inner Shareable
|   AF             [10]       0x1
|   = maps 0x40000000, 0x200000 bytes; unprivileged rwx, privileged rw-
|   legal
= 0

$ decode pte --level=1 0x40001003
| table descriptor, level 1  (IHI0070G.b 3.4)
|   words: 0x0000000040001003
|   Type           [1:0]      0x3                table
|   = next table at 0x40001000; permits at most unprivileged rwx, privileged rw-
|   legal
= 0

$ decode pte --level=0 0x40000741
| stage 1 descriptor, level 0  (IHI0070G.b 3.4)
|   words: 0x0000000040000741
|   Type           [1:0]      0x1                block
|   AP1            [6]        0x1                unprivileged too
|   AP2            [7]        0x0                writable
|   SH             [9:8]      0x3                Inner Shareable
|   AF             [10]       0x1
|   illegal: a stage 1 descriptor is invalid (S1_DESC_INVALID, IHI0070G.b 7.3.13); raises F_TRANSLATION
|   to pass: map the address before the device uses it: dma_map_*() or iommu_map(). If it was mapped: it was unmapped too early, or the device goes beyond its buffer
= 1

$ decode pte --stage=2 --level=1 0x400007fd
| stage 2 descriptor, level 1  (IHI0070G.b 3.4)
|   words: 0x00000000400007fd
|   Type           [1:0]      0x1                block
|   MemAttr        [5:2]      0xf                Write-Back
|   S2AP           [7:6]      0x3                read and write
|   SH             [9:8]      0x3                Inner Shareable
|   AF             [10]       0x1
|   S2XN           [54:53]    0x0                executable
|   = maps 0x40000000, 0x40000000 bytes; unprivileged rwx, privileged rwx
|   legal
= 0

$ decode pte --stage=2 0x403
| stage 2 descriptor, level 3  (IHI0070G.b 3.4)
|   words: 0x0000000000000403
|   Type           [1:0]      0x3                page
|   MemAttr        [5:2]      0x0                Device-nGnRnE
|   S2AP           [7:6]      0x0                no access
|   SH             [9:8]      0x0                Non-shareable
|   AF             [10]       0x1
|   S2XN           [54:53]    0x0                executable
|   = maps 0x0, 0x1000 bytes; unprivileged --x, privileged --x
|   legal
= 0

$ decode pte --granule=64K --level=2 0x20000741
| stage 1 descriptor, level 2  (IHI0070G.b 3.4)
|   words: 0x0000000020000741
|   Type           [1:0]      0x1                block
|   AP1            [6]        0x1                unprivileged too
|   AP2            [7]        0x0                writable
|   SH             [9:8]      0x3                Inner Shareable
|   AF             [10]       0x1
|   = maps 0x20000000, 0x20000000 bytes; unprivileged rwx, privileged rw-
|   legal
= 0

$ decode reg CR0 0xd
| register CR0
|   words: 0xd
|   SMMUEN         [0]        0x1                translation on
|   EVENTQEN       [2]        0x1
|   CMDQEN         [3]        0x1
= 0

$ decode reg smmu_idr5 0x74
| register IDR5
|   words: 0x74
|   OAS            [2:0]      0x4
|   GRAN4K         [4]        0x1
|   GRAN16K        [5]        0x1
|   GRAN64K        [6]        0x1
= 0

$ decode reg S_CR0 0x22d
| register S_CR0
|   words: 0x22d
|   SMMUEN         [0]        0x1                translation on
|   EVENTQEN       [2]        0x1
|   CMDQEN         [3]        0x1
|   SIF            [5]        0x1
|   NSSTALLD       [9]        0x1
= 0

$ decode reg STRTAB_BASE_CFG=0x10208
| register STRTAB_BASE_CFG
|   words: 0x10208
|   LOG2SIZE       [5:0]      0x8
|   SPLIT          [10:6]     0x8
|   FMT            [17:16]    0x1                two levels
= 0

$ decode gerror 0x5 0x4
| register GERROR  (IHI0070G.b 6.3.19)
|   words: 0x5 0x4
|   CMDQ_ERR       [0]        0x1                the command queue stopped: CMDQ_CONS.ERR says why
= 1

$ decode gerror 0x4 0x4
| register GERROR  (IHI0070G.b 6.3.19)
|   words: 0x4 0x4
|   = no global error is active
= 0

$ decode
! smmu3 decode: decode what? event, cmd, ste, cd, l1std, l1cd, pte, reg or gerror
! Try `smmu3 decode --help' or `smmu3 decode --usage' for more information.
= 2

$ decode elephant 1
! smmu3: decode: there is no 'elephant'; event, cmd, ste, cd, l1std, l1cd, pte, reg and gerror
= 2

$ decode event 1 2 3
! smmu3: decode event: 3 words of 64 bits given, but this record has 4
= 2

$ decode event xyzzy
! smmu3: decode event: 'xyzzy' is no hex number
= 2

$ decode ste --profile=none 0 0 0 0 0 0 0 0
! smmu3: decode: no profile 'none'; there are: qemu-virt, hafnium, hafnium-rfc, max
= 2

$ decode ste --set=IDR9=1 0 0 0 0 0 0 0 0
! smmu3: decode: --set IDR9=1: no such ID register or field, or the value does not fit
= 2

$ decode pte --level=5 0
! smmu3: --level=5: not one of those it can be; see smmu3 decode --help
= 2

$ decode reg NOTHING 1
! smmu3: decode reg: there is no register 'NOTHING'
= 2

$ decode reg CR0 hello
! smmu3: decode reg CR0: 'hello' is no value
= 2

$ --version
| smmu3 0.1
= 0

$ nothing
! smmu3: there is no 'nothing'; smmu3 --help lists what there is
= 2
