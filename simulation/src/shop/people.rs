//! Staff and members of the simulated shop. None of them exists.

/// Someone who works at the till.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Id to sign on with.
    pub id: &'static str,
    /// As colleagues call her.
    pub name: &'static str,
    /// `cashier` or `supervisor`.
    pub role: &'static str,
    /// PIN, known to everybody who runs the demo.
    pub pin: &'static str,
}

/// Who works in the simulated shops.
pub const STAFF: [Staff; 3] = [
    Staff { id: "01", name: "陈店长", role: "supervisor", pin: "906315" },
    Staff { id: "07", name: "小林", role: "cashier", pin: "270718" },
    Staff { id: "08", name: "阿珍", role: "cashier", pin: "314159" },
];

/// Who gives leave for what a cashier may not do alone.
pub const SUPERVISOR: Staff = STAFF[0];

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Id within the chain.
    pub id: String,
    /// Masked name.
    pub name: String,
    /// Phone number, as she tells it.
    pub phone: String,
    /// Number on her card.
    pub card: String,
    /// Points in the morning.
    pub points: i64,
}

/// How many members the shop has.
pub const MEMBERS: usize = 50;

/// The shop's members.
pub fn members() -> Vec<Member> {
    const SURNAMES: [&str; 16] =
        ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林"];
    (1..=MEMBERS as u64)
        .map(|no| {
            // 199 followed by zeros is not given out by any carrier's plan in this form; the tail tells them apart.
            let tail = 1000 + no * 137 % 9000;
            Member {
                id: format!("m{no:04}"),
                name: format!("{}{}", SURNAMES[no as usize % SURNAMES.len()], if no % 3 == 0 { "**" } else { "*" }),
                phone: format!("1990000{tail:04}"),
                card: format!("8812{no:06}"),
                points: (no as i64 * 373) % 2500,
            }
        })
        .collect()
}
