//! Functions of the image's `mmu.S`.

unsafe extern "C" {
    /// Forgets what the page walk has brought into both TLBs.
    pub safe fn xt_flush_refilled();
    /// Has the page walk use a page table for the user window: the TLB word of
    /// its page, and RASID. Nothing changes if they are in force already.
    pub fn xt_enter_domain(table: u32, rasid: u32);
    /// No page table for the user window; writes RASID.
    pub fn xt_leave_domain(rasid: u32);
    /// RASID.
    pub safe fn xt_rasid() -> u32;
    /// Page and ASID of the entry of the instruction TLB that an address with a
    /// way in its low bits selects.
    pub safe fn xt_read_itlb0(entry: u32) -> u32;
    /// Physical page and attribute of the same.
    pub safe fn xt_read_itlb1(entry: u32) -> u32;
    /// Page and ASID of an entry of the data TLB.
    pub safe fn xt_read_dtlb0(entry: u32) -> u32;
    /// Physical page and attribute of the same.
    pub safe fn xt_read_dtlb1(entry: u32) -> u32;
    /// The way of the instruction TLB that hits, with bit 3 set; else no bit 3.
    pub safe fn xt_probe_itlb(address: u32) -> u32;
    /// The way of the data TLB that hits, with bit 4 set; else no bit 4.
    pub safe fn xt_probe_dtlb(address: u32) -> u32;
}
