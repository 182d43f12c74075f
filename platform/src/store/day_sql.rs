//! The sums of a business date in SQL that both databases understand: `$1` is the date, `$2` the store or null.
//!
//! Sums are cast because PostgreSQL widens them; ids of sales and shifts come out as text.

/// Sales by terminal and shift.
pub(super) const SALES: &str = "
    SELECT e.terminal, CAST(e.shift AS TEXT), count(*), CAST(sum(s.return_lines) AS BIGINT),
           CAST(sum(s.returns) AS BIGINT), CAST(sum(s.units) AS BIGINT)
    FROM event e JOIN sale s ON s.terminal = e.terminal AND s.epoch = e.epoch AND s.seq = e.seq
    WHERE e.business_date = $1 AND (CAST($2 AS TEXT) IS NULL OR e.store = $2)
    GROUP BY 1, 2 ORDER BY 1, 2";

/// Money of sales by terminal, shift and account.
pub(super) const MONEY: &str = "
    SELECT e.terminal, CAST(e.shift AS TEXT), l.account, count(*), CAST(sum(l.amount) AS BIGINT)
    FROM event e JOIN money_leg l ON l.terminal = e.terminal AND l.epoch = e.epoch AND l.seq = e.seq
    WHERE e.business_date = $1 AND (CAST($2 AS TEXT) IS NULL OR e.store = $2) AND e.kind = 'sale_completed'
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";

/// Money that moved without a sale, by terminal, shift, kind of event and account.
pub(super) const MOVED: &str = "
    SELECT e.terminal, CAST(e.shift AS TEXT), e.kind, l.account, CAST(sum(l.amount) AS BIGINT)
    FROM event e JOIN money_leg l ON l.terminal = e.terminal AND l.epoch = e.epoch AND l.seq = e.seq
    WHERE e.business_date = $1 AND (CAST($2 AS TEXT) IS NULL OR e.store = $2)
      AND e.kind IN ('cash_moved', 'hold_placed', 'hold_cancelled')
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4";

/// Points of members by terminal, shift and kind.
pub(super) const POINTS: &str = "
    SELECT e.terminal, CAST(e.shift AS TEXT), p.kind, CAST(sum(p.points) AS BIGINT)
    FROM event e JOIN sale s ON s.terminal = e.terminal AND s.epoch = e.epoch AND s.seq = e.seq
    JOIN points_leg p ON p.sale = s.id
    WHERE e.business_date = $1 AND (CAST($2 AS TEXT) IS NULL OR e.store = $2) AND p.account LIKE 'member:%'
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";

/// Goods sold by terminal, shift and item.
pub(super) const STOCK: &str = "
    SELECT e.terminal, CAST(e.shift AS TEXT), l.item, CAST(sum(l.quantity) AS BIGINT)
    FROM event e JOIN stock_leg l ON l.terminal = e.terminal AND l.epoch = e.epoch AND l.seq = e.seq
    WHERE e.business_date = $1 AND (CAST($2 AS TEXT) IS NULL OR e.store = $2) AND l.place = 'sold'
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";

/// Openings and closings of shifts.
pub(super) const SHIFTS: &str = "
    SELECT e.terminal, e.bytes FROM event e
    WHERE e.business_date = $1 AND (CAST($2 AS TEXT) IS NULL OR e.store = $2)
      AND e.kind IN ('shift_opened', 'shift_closed')
    ORDER BY e.terminal, e.epoch, e.seq";

/// Epochs and how many events are held of each; `$1` is the store or null.
pub(super) const HEADS: &str = "
    SELECT t.no, CAST(t.id AS TEXT), t.store, t.number, coalesce(h.epoch, 0), coalesce(h.seq, 0),
           (SELECT count(*) FROM event e WHERE e.terminal = h.terminal AND e.epoch = h.epoch),
           h.gap_at_ms IS NOT NULL, coalesce(h.frozen, false)
    FROM terminal t LEFT JOIN head h ON h.terminal = t.no
    WHERE CAST($1 AS TEXT) IS NULL OR t.store = $1
    ORDER BY t.store, t.number, h.epoch";

/// Sales that came twice, then all open exceptions, then those of them whose events could not be posted, about events of
/// the day or of no day.
pub(super) const EXCEPTIONS: &str = "
    SELECT CAST(coalesce(sum(CASE WHEN x.kind = 'duplicate_sale' THEN 1 ELSE 0 END), 0) AS BIGINT),
           CAST(coalesce(sum(CASE WHEN x.settled IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT),
           CAST(coalesce(sum(CASE WHEN x.settled IS NULL AND x.kind IN ('unreadable', 'misnumbered', 'out_of_range')
                             THEN 1 ELSE 0 END), 0) AS BIGINT)
    FROM event e JOIN exception x ON x.terminal = e.terminal AND x.epoch = e.epoch AND x.seq = e.seq
    WHERE e.business_date IN ($1, '0000-00-00') AND (CAST($2 AS TEXT) IS NULL OR e.store = $2)";

/// Postings of the day that do not sum to zero: of money, of points, of stock.
pub(super) const UNBALANCED: [&str; 3] = [
    "SELECT count(*) FROM (
        SELECT 1 FROM event e
        JOIN money_leg l ON l.terminal = e.terminal AND l.epoch = e.epoch AND l.seq = e.seq
        WHERE e.business_date = $1 AND (CAST($2 AS TEXT) IS NULL OR e.store = $2)
        GROUP BY l.terminal, l.epoch, l.seq HAVING sum(l.amount) <> 0) AS posting",
    "SELECT count(*) FROM (
        SELECT 1 FROM event e
        JOIN sale s ON s.terminal = e.terminal AND s.epoch = e.epoch AND s.seq = e.seq
        JOIN points_leg p ON p.sale = s.id
        WHERE e.business_date = $1 AND (CAST($2 AS TEXT) IS NULL OR e.store = $2)
        GROUP BY s.id HAVING sum(p.points) <> 0) AS posting",
    "SELECT count(*) FROM (
        SELECT 1 FROM event e
        JOIN stock_leg l ON l.terminal = e.terminal AND l.epoch = e.epoch AND l.seq = e.seq
        WHERE e.business_date = $1 AND (CAST($2 AS TEXT) IS NULL OR e.store = $2)
        GROUP BY l.terminal, l.epoch, l.seq, l.item HAVING sum(l.quantity) <> 0) AS posting",
];

/// Accounts by kind: how many, their balances, what is set aside, how many are below nothing.
pub(super) const ACCOUNTS: &str = "
    SELECT kind, count(*), CAST(sum(balance) AS BIGINT), CAST(sum(held) AS BIGINT),
           CAST(sum(CASE WHEN balance < 0 THEN 1 ELSE 0 END) AS BIGINT)
    FROM account GROUP BY kind ORDER BY kind";

/// Accounts that are not what their legs and open grants say.
pub(super) const DRIFTED: &str = "
    SELECT a.kind, a.number, a.balance, CAST(coalesce(l.units, 0) AS BIGINT), a.held, CAST(coalesce(q.units, 0) AS BIGINT)
    FROM account a
    LEFT JOIN (SELECT kind, number, sum(units) AS units FROM account_leg GROUP BY kind, number) AS l
           ON l.kind = a.kind AND l.number = a.number
    LEFT JOIN (SELECT kind, number, sum(CASE WHEN units > spent THEN units - spent ELSE 0 END) AS units
               FROM quota WHERE open GROUP BY kind, number) AS q
           ON q.kind = a.kind AND q.number = a.number
    WHERE a.balance <> coalesce(l.units, 0) OR a.held <> coalesce(q.units, 0)
    ORDER BY a.kind, a.number LIMIT 100";
