# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
"""smmu3-master-pci as a PCI function, and the interrupts of both masters."""
import pytest
from master import BASE, IOVA, MASTER, MAX, MEM, OTHER, PLACE, SPI, STREAMS, X, Master, PciMaster
from qtest import ECAM, slot_power
from smmu import SMMU, Interface

pytestmark = pytest.mark.usefixtures("ours")
F_TRANSLATION = 0x10


# The PCI function

def test_pci_needs_bus_master(boot):
    m = PciMaster(boot(*PciMaster.ARGS), master=False)
    m.start("READ", SRC=MEM)
    assert m.reason == "NO_BUS_MASTER" and m.get("SID_FIRST") == PciMaster.SID
    m.qtest.writel(m.config + 4, 6)
    m.start("WRITE", DST=MEM, COUNT=0xffffffff)
    assert m.state == "BUSY"
    m.qtest.writel(m.config + 4, 2)
    assert m.wait() == "STOPPED"


def test_pci_without_smmu(boot):
    m = PciMaster(boot(*PciMaster.ARGS, machine="virt"))
    m.start("READ", SRC=MEM)
    assert m.reason == "NO_SMMU"


def test_pci_other_stream_ids(boot):
    """Its RID and, if the user allows it, others."""
    m = PciMaster(boot("-device", "smmu3-master-pci,addr=03.0,sid=0x20,num-sids=4"))
    assert (m.get("SID_FIRST"), m.get("SID_LAST")) == (0x20, 0x23)
    for sid, state in ((0x20, "OK"), (0x23, "OK"), (PciMaster.SID, "OK"), (0xffffffff, "OK"), (0x24, "REFUSED"),
                       (0x1f, "REFUSED")):
        assert m.run("READ", SRC=MEM, STREAM_ID=sid) == state, hex(sid)


def test_msix(boot):
    """A vector for each channel, translated like everything else of the function's."""
    q = boot(*PciMaster.ARGS)
    m, smmu = PciMaster(q), Interface(q)
    smmu.start()
    smmu.stage1(PciMaster.SID).map(IOVA, MEM)
    m.enable_msix(0, IOVA + 0x10, 0xcafe)
    m.enable_msix(9, IOVA + 0x20, 0xbeef)
    assert m.run("READ", SRC=IOVA) == "OK" and q.readl(MEM + 0x10) == 0   # not asked for
    assert m.run("READ", SRC=IOVA, CTRL={"MSI": 1}) == "OK"
    assert m.other(9).run("READ", SRC=IOVA + 0x4000, CTRL={"MSI": 1}) == "ABORTED"   # at any end
    assert (q.readl(MEM + 0x10), q.readl(MEM + 0x20)) == (0xcafe, 0xbeef)


def test_hot_unplug(boot):
    """The function goes while an access is stalled and another channel runs; a new one takes its place."""
    q = boot(*MAX, "-device", "pcie-root-port,id=root,addr=05.0,chassis=1", "-device",
             "smmu3-master-pci,bus=root,id=pci,sid=0x10,num-sids=16")
    root = ECAM + (5 << 15)
    for offset, value in ((0x18, 0x00010100), (0x20, 0x11f01100), (0x04, 0x0006)):   # bus 1, its window
        q.writel(root + offset, value)
    m, smmu = PciMaster(q, slot=1 << 5, bars=0x11000000), Interface(q)
    assert m.get("SID_FIRST") == X and m.run("READ", SRC=MEM, STREAM_ID=0x100) == "OK"
    smmu.start()
    smmu.bypass(X + 1)
    space = smmu.stage1(X, stall=True)
    m.start("READ", SRC=IOVA, STREAM_ID=X, CTRL={"CAN_STALL": 1})
    assert m.state == "STALLED"
    m.other(1).start("WRITE", DST=MEM, COUNT=0xffffffff, STREAM_ID=X + 1)
    (event,) = smmu.events()
    q.qmp("device_del", id="pci")
    slot_power(q, root, False)
    assert q.readl(m.config) == 0xffffffff
    q.clock_step(1_000_000)
    smmu.resume(X, event.stag, "retry")   # of nobody's access any more
    q.qmp("device_add", driver="smmu3-master-pci", bus="root", id="pci2", sid=X, num_sids=16)
    slot_power(q, root, True)
    again = PciMaster(q, slot=1 << 5, bars=0x11000000)
    space.map(IOVA, MEM)
    assert again.state == "IDLE" and again.run("READ", SRC=IOVA, STREAM_ID=X, CTRL={"CAN_STALL": 1}) == "OK"


# Interrupts

def test_wired_interrupt(boot):
    q = boot(*MASTER)
    m = Master(q)
    q.ask("irq_intercept_in", q.qmp.find("arm_gic"))
    assert m.run("READ", SRC=MEM) == "OK" and q.irqs == []   # not enabled
    m.set("IRQ_STATUS", 7)
    m.set("IRQ_ENABLE", 1)
    m.other(3).set("IRQ_ENABLE", 1)
    assert m.run("READ", SRC=MEM) == "OK" and q.irqs == [(SPI, True)]
    assert m.other(3).run("READ", SRC=MEM) == "OK" and q.irqs == [(SPI, True)]   # a level
    m.set("IRQ_STATUS", 1)
    q.readl(BASE)
    assert q.irqs == [(SPI, True)]
    m.other(3).set("IRQ_STATUS", 1)
    q.readl(BASE)
    assert q.irqs == [(SPI, True), (SPI, False)]


def test_pin_interrupt(boot):
    """The PCI function's INTA, as long as MSI-X is off."""
    q = boot(*PciMaster.ARGS)
    m = PciMaster(q)
    q.ask("irq_intercept_in", q.qmp.find("arm_gic"))
    m.set("IRQ_ENABLE", 1)
    assert m.run("READ", SRC=MEM) == "OK"
    (irq,) = q.irqs
    assert irq[1] is True
    m.set("IRQ_STATUS", 1)
    q.readl(m.base)
    assert q.irqs[1:] == [(irq[0], False)]
    m.enable_msix(0, OTHER, 1)
    assert m.run("READ", SRC=MEM) == "OK"
    q.readl(m.base)
    assert len(q.irqs) == 2


def test_msi(boot):
    """The platform device's is a write of its stream's, without SubstreamID."""
    q = boot(*MAX, *STREAMS)
    master, smmu = Master(q), Interface(q)
    smmu.start()
    smmu.stage1(X).map(IOVA, MEM)
    msi = {"CTRL": {"MSI": 1}, "MSI_ADDR": IOVA + 0x40, "MSI_DATA": 0x1234, "STREAM_ID": X}
    assert master.run("READ", SRC=IOVA, **msi) == "OK" and q.readl(MEM + 0x40) == 0x1234
    assert master.get("IRQ_STATUS") == 1
    assert master.run("READ", SRC=IOVA, **{**msi, "MSI_ADDR": IOVA + 0x1000}) == "OK"
    assert master.get("IRQ_STATUS") == 5   # MSI_ABORTED
    (event,) = smmu.events()
    assert event.has(type=F_TRANSLATION, sid=X, ssv=0, rnw=0, address=IOVA + 0x1000)


def test_msi_to_itself(boot):
    """A command that is started by the MSI of another, which ends no sooner than it does, is no way into a loop."""
    q = boot(*MASTER, "-device", "smmu3-master")
    m, second = Master(q), Master(q, BASE + PLACE)
    for a, b in ((m, second), (second, m)):
        a.start("READ", SRC=MEM, CTRL={"MSI": 1}, MSI_ADDR=b.frame + 0x10, MSI_DATA=1)
    for _ in range(5):
        q.clock_step(1_000_000)
    assert m.run("READ", SRC=MEM, CTRL={"MSI": 1}, MSI_ADDR=m.frame + 0x10, MSI_DATA=1) == "OK"
    assert m.run("READ", SRC=MEM, COUNT=1000, CTRL={"MSI": 1}, MSI_ADDR=m.frame + 0x10, MSI_DATA=0) == "OK"


def test_msi_of_the_smmu(boot):
    """The SMMU's own MSIs do not reach the registers: they come out of its middle."""
    q = boot(*MAX, *STREAMS)
    master, smmu = Master(q), Interface(q)
    smmu.start()
    master.set("SRC", MEM)
    q.writeq(SMMU + 0xb0, master.frame + 0x10)   # EVENTQ_IRQ_CFG0: CMD
    q.writel(SMMU + 0xb8, 1)                     # READ
    q.writel(SMMU + 0x50, 4)                     # EVENTQ_IRQEN
    assert master.other(1).run("READ", SRC=IOVA, STREAM_ID=X + 3) == "ABORTED"
    assert master.state == "IDLE"
    assert q.readl(SMMU + 0x60) & 1 << 5   # GERROR.MSI_EVENTQ_ABT_ERR
    assert len(smmu.events()) == 1
