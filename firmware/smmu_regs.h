/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Registers of the Secure interface and the ID registers that it shares with the Non-secure one: IHI0070G.b 6.3. */
#ifndef FW_SMMU_REGS_H
#define FW_SMMU_REGS_H

#define IDR0 0x0000
#define IDR1 0x0004
#define IDR5 0x0014
#define AIDR 0x001c
#define S_IDR1 0x8004
#define S_CR0 0x8020
#define S_CR0ACK 0x8024
#define S_CR1 0x8028
#define S_CR2 0x802c
#define S_INIT 0x803c
#define S_GBPA 0x8044
#define S_GERROR 0x8060
#define S_GERRORN 0x8064
#define S_STRTAB_BASE 0x8080
#define S_STRTAB_BASE_CFG 0x8088
#define S_CMDQ_BASE 0x8090
#define S_CMDQ_PROD 0x8098
#define S_CMDQ_CONS 0x809c
#define S_EVENTQ_BASE 0x80a0
#define S_EVENTQ_PROD 0x80a8
#define S_EVENTQ_CONS 0x80ac

/* Fields: the lowest bit where FIELD() is used, else the mask */
#define IDR0_S1P (1u << 1)
#define IDR0_TTF 2
#define IDR0_TTENDIAN 21
#define IDR1_EVENTQS 16
#define IDR1_CMDQS 21
#define IDR1_PRESET (3u << 29)
#define IDR5_GRAN4K (1u << 4)
#define AIDR_MINOR_MASK 0xfu
#define S_IDR1_SIDSIZE 0
#define S_IDR1_SEL2 (1u << 29)
#define S_IDR1_SECURE_IMPL (1u << 31)

#define S_CR0_SMMUEN (1u << 0)
#define S_CR0_EVENTQEN (1u << 2)
#define S_CR0_CMDQEN (1u << 3)
#define S_CR0_MASK 0x3edu
#define S_CR2_RECINVSID (1u << 1)
#define S_CR2_PTM (1u << 2)
#define S_INIT_INV_ALL (1u << 0)
#define S_GBPA_UPDATE (1u << 31)
#define S_GBPA_ABORT (1u << 20)
#define S_GBPA_SHCFG_INCOMING (1u << 12)
/* Tables and queues: Inner Shareable, inner and outer Write-Back */
#define CR1_INNER_SHAREABLE_WRITE_BACK 0xd75u
#define BASE_ALLOCATE (1ul << 62)

#define GERROR_CMDQ_ERR (1u << 0)
#define CMDQ_CONS_ERR 24
#define INDEX_MASK 0xfffffu
#define OVERFLOW_FLAG (1u << 31)

#define CMD_BYTES 16ul
#define EVENT_BYTES 32ul

#endif
