//! What a bucket looks like: the folders of accounts and regions, and what lies beside them.

use watchfire_aws::{Entry, Error, Store};
use watchfire_model::EventTime;

use crate::key::{Folder, Position, Trail};

/// Folders of a bucket.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// `…/AWSLogs/ACCOUNT/CloudTrail/REGION/`, each divided into days below.
    pub regions: Vec<String>,
    /// Everything else that may hold logs, listed whole.
    pub others: Vec<String>,
    /// How many objects all of these were found to hold.
    pub objects: u64,
}

/// Folders above `AWSLogs` that are looked into one by one; a trail's prefix is rarely deeper.
const DEPTH_MAX: u32 = 4;

/// A folder with more folders than this holds one for each object or each day rather than each account.
const FOLDERS_MAX: usize = 5000;

impl Shape {
    /// Lists folders level by level down to regions; gives objects that lie on the way too.
    pub(super) fn discover(store: &Store, prefix: &str) -> Result<(Shape, Vec<Entry>), Error> {
        let (mut shape, mut objects) = (Shape::default(), Vec::new());
        let mut waiting = vec![(prefix.to_owned(), 0)];
        while let Some((prefix, depth)) = waiting.pop() {
            let path = prefix.rsplit_once('/').map_or("", |(folder, _)| folder);
            let folder = Folder::parse(path.split('/'));
            match folder.position {
                _ if folder.trail == Some(Trail::Digest) => continue,
                Position::Inside if folder.region.is_some() && prefix.ends_with('/') && folder.span.is_none() => {
                    shape.regions.push(prefix);
                    continue;
                }
                // A prefix that ends within the days of one region.
                Position::Inside if folder.region.is_some() => {
                    shape.others.push(prefix);
                    continue;
                }
                Position::Before if depth >= DEPTH_MAX => {
                    shape.others.push(prefix);
                    continue;
                }
                Position::Beyond => {
                    shape.others.push(prefix);
                    continue;
                }
                Position::Inside | Position::Before => {}
            }
            let (mut folders, mut found) = (Vec::new(), Vec::new());
            for page in store.list_level(&prefix) {
                let page = page?;
                folders.extend(page.folders);
                found.extend(page.objects);
                if folders.len() > FOLDERS_MAX || found.len() > FOLDERS_MAX {
                    break;
                }
            }
            if folders.len() > FOLDERS_MAX || found.len() > FOLDERS_MAX {
                shape.others.push(prefix);
            } else {
                shape.objects += found.len() as u64;
                objects.extend(found);
                waiting.extend(folders.into_iter().map(|folder| (folder, depth + 1)));
            }
        }
        tracing::debug!(regions = shape.regions.len(), others = shape.others.len(), "the bucket's folders are known");
        Ok((shape, objects))
    }
}

/// The folders of today and yesterday below a region's, and of tomorrow where clocks disagree at midnight.
pub(super) fn days(region: &str, now: EventTime) -> Vec<String> {
    const DAY_MILLIS: i64 = 86_400_000;
    const CLOCK_MILLIS: i64 = 10 * 60 * 1000;
    let mut days: Vec<String> = [now.millis() - DAY_MILLIS, now.millis(), now.millis() + CLOCK_MILLIS]
        .into_iter()
        .filter_map(|millis| {
            let text = EventTime(millis).to_string();
            let (year, month, day) = (text.get(..4)?, text.get(5..7)?, text.get(8..10)?);
            Some(format!("{region}{year}/{month}/{day}/"))
        })
        .collect();
    days.dedup();
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_around_midnight() {
        let of = |time: &str| days("r/", time.parse().expect("an instant"));
        assert_eq!(of("2026-03-01T12:00:00Z"), ["r/2026/02/28/", "r/2026/03/01/"]);
        assert_eq!(of("2026-12-31T23:55:00.5Z"), ["r/2026/12/30/", "r/2026/12/31/", "r/2027/01/01/"]);
    }
}
