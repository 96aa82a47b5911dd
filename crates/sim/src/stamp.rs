//! Moments as CloudTrail writes them; seconds since 1970 everywhere else in this crate.

/// A day of seconds.
pub(crate) const DAY: i64 = 86_400;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The civil date of a moment (Howard Hinnant's `civil_from_days`), because one is written for every record.
#[derive(Clone, Copy)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    pub(crate) month: u8,
    pub(crate) day: u8,
    pub(crate) second_of_day: u32,
}

impl Civil {
    pub(crate) fn of(second: i64) -> Civil {
        let days = second.div_euclid(DAY);
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let day_of_era = z.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * shifted + 2) / 5 + 1) as u8;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 } as u8;
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Civil { year, month, day, second_of_day: second.rem_euclid(DAY) as u32 }
    }

    fn clock(self) -> (u8, u8, u8) {
        let s = self.second_of_day;
        ((s / 3600) as u8, (s / 60 % 60) as u8, (s % 60) as u8)
    }
}

/// `2026-03-02T09:14:07Z`.
pub(crate) fn iso(second: i64, out: &mut Vec<u8>) {
    let civil = Civil::of(second);
    let (hour, minute, second) = civil.clock();
    four(civil.year, out);
    for (mark, value) in [(b'-', civil.month), (b'-', civil.day), (b'T', hour), (b':', minute), (b':', second)] {
        out.push(mark);
        two(value, out);
    }
    out.push(b'Z');
}

/// `Mar 2, 2026, 9:14:07 AM`, the way AWS's Java services print a date.
pub(crate) fn spoken(second: i64, out: &mut Vec<u8>) {
    let civil = Civil::of(second);
    let (hour, minute, second) = civil.clock();
    out.extend_from_slice(MONTHS[usize::from(civil.month - 1)].as_bytes());
    let hour_of_half = if hour % 12 == 0 { 12 } else { hour % 12 };
    out.extend_from_slice(format!(" {}, {}, {hour_of_half}:", civil.day, civil.year).as_bytes());
    two(minute, out);
    out.push(b':');
    two(second, out);
    out.extend_from_slice(if hour < 12 { b" AM" } else { b" PM" });
}

/// `20260302T0914Z`, as in the name of a delivered file.
pub(crate) fn compact_minute(second: i64) -> String {
    let civil = Civil::of(second);
    let (hour, minute, _) = civil.clock();
    format!("{:04}{:02}{:02}T{hour:02}{minute:02}Z", civil.year, civil.month, civil.day)
}

/// `2026/03/02`, as in the folder of a delivered file.
pub(crate) fn folder(second: i64) -> String {
    let civil = Civil::of(second);
    format!("{:04}/{:02}/{:02}", civil.year, civil.month, civil.day)
}

fn two(value: u8, out: &mut Vec<u8>) {
    out.extend_from_slice(&[b'0' + value / 10, b'0' + value % 10]);
}

fn four(value: i64, out: &mut Vec<u8>) {
    two((value / 100) as u8, out);
    two((value % 100) as u8, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::text;

    #[test]
    fn agrees_with_a_calendar() {
        for second in [0, 951_782_399, 951_782_400, 1_772_442_847, 1_709_164_800, 4_102_444_799] {
            let expected = jiff::Timestamp::from_second(second).unwrap().to_string();
            assert_eq!(text(|out| iso(second, out)), expected);
        }
    }

    #[test]
    fn speaks_as_aws_does() {
        assert_eq!(text(|out| spoken(1_772_442_847, out)), "Mar 2, 2026, 9:14:07 AM");
        assert_eq!(text(|out| spoken(1_772_409_600, out)), "Mar 2, 2026, 12:00:00 AM");
        assert_eq!(compact_minute(1_772_442_847), "20260302T0914Z");
        assert_eq!(folder(1_772_442_847), "2026/03/02");
    }
}
