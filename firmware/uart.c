/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* PL011 (DDI0183), polled: the Non-secure world's UART, so that one terminal shows both worlds. */
#include "arch.h"
#include "platform.h"
#include "print.h"

#define UART_DR (UART0_BASE + 0x00)
#define UART_FR (UART0_BASE + 0x18)
#define UART_IBRD (UART0_BASE + 0x24)
#define UART_FBRD (UART0_BASE + 0x28)
#define UART_LCR_H (UART0_BASE + 0x2c)
#define UART_CR (UART0_BASE + 0x30)
#define UART_IMSC (UART0_BASE + 0x38)

#define FR_TXFF BIT(5)
#define LCR_H_FEN BIT(4)
#define LCR_H_WLEN_8 (3u << 5)
#define CR_UARTEN BIT(0)
#define CR_TXE BIT(8)
#define CR_RXE BIT(9)

void uart_init(void)
{
    write32(UART_CR, 0);
    write32(UART_IMSC, 0);
    /* 24 MHz / (16 * 115200) = 13 + 1/64; QEMU does not care, real terminals would. */
    write32(UART_IBRD, 13);
    write32(UART_FBRD, 1);
    write32(UART_LCR_H, LCR_H_WLEN_8 | LCR_H_FEN);
    write32(UART_CR, CR_UARTEN | CR_TXE | CR_RXE);
}

void uart_putc(char c)
{
    while (read32(UART_FR) & FR_TXFF) {
    }
    write32(UART_DR, (uint8_t)c);
}
