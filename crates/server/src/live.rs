//! The live stream: what happens, as it happens, to everyone who follows; kept for a while, so that a line that broke can go on.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::broadcast;

/// Messages kept for callers whose line broke. A finding is some kilobytes, so this is some megabytes.
const KEPT_MAX: usize = 4096;

/// Bytes kept for callers whose line broke.
const KEPT_BYTES_MAX: usize = 16 << 20;

/// Messages that a follower may be behind before it is told that it missed some.
const BEHIND_MAX: usize = 1024;

/// What a message is about; followers choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// A finding is new or has changed.
    Finding,
    /// A record that was read just now, one of those that pass by.
    Tail,
    /// A delivery was made or given up.
    Delivery,
    /// A source changed its state.
    Source,
}

impl Topic {
    /// All of them.
    pub const ALL: [Topic; 4] = [Topic::Finding, Topic::Tail, Topic::Delivery, Topic::Source];

    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Topic::Finding => "finding",
            Topic::Tail => "tail",
            Topic::Delivery => "delivery",
            Topic::Source => "source",
        }
    }
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its number, from 1 since the start, without gaps over all topics.
    pub number: u64,
    /// What it is about.
    pub topic: Topic,
    /// JSON on one line.
    pub data: Arc<str>,
}

/// The live stream. The node publishes; callers of `/api/v1/live` follow. Publishing never waits for anybody.
#[derive(Debug)]
pub struct Live {
    /// Tells apart the numbers of one run of the program and of the next.
    run: String,
    kept: Mutex<Kept>,
    sender: broadcast::Sender<Message>,
}

#[derive(Debug, Default)]
struct Kept {
    last: u64,
    bytes: usize,
    messages: VecDeque<Message>,
}

/// A follower's place in the stream.
#[derive(Debug)]
pub struct Following {
    /// Messages that the follower has not seen yet, oldest first.
    pub replay: Vec<Message>,
    /// Whether some between are lost: they are no longer kept, or come from an earlier run.
    pub is_gap: bool,
    /// What comes from now on.
    pub receiver: broadcast::Receiver<Message>,
}

impl Live {
    /// A stream. `run` is a word of letters and digits that no other run of the program had, such as the time of its start.
    pub fn new(run: &str) -> Live {
        let run = run.chars().filter(char::is_ascii_alphanumeric).collect();
        Live { run, kept: Mutex::default(), sender: broadcast::Sender::new(BEHIND_MAX) }
    }

    /// Tells everyone who follows. `json` is one JSON value; line breaks in it are taken out.
    pub fn publish(&self, topic: Topic, json: &str) {
        let data = crate::harmless::harmless_json(json.replace(['\n', '\r'], " "));
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.last += 1;
        let message = Message { number: kept.last, topic, data: data.into() };
        kept.bytes += message.data.len();
        kept.messages.push_back(message.clone());
        while kept.messages.len() > KEPT_MAX || kept.bytes > KEPT_BYTES_MAX {
            let Some(oldest) = kept.messages.pop_front() else { break };
            kept.bytes -= oldest.data.len();
        }
        // Under the lock, so that followers see the numbers in order. Nobody listening is no fault.
        drop(self.sender.send(message));
    }

    /// Follows the stream, from now on or from after a message that was seen.
    pub fn follow(&self, after: Option<&str>) -> Following {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let receiver = self.sender.subscribe();
        let Some(after) = after else { return Following { replay: Vec::new(), is_gap: false, receiver } };
        let number = after.split_once('-').filter(|(run, _)| *run == self.run).and_then(|(_, number)| number.parse::<u64>().ok());
        let Some(number) = number.filter(|number| *number <= kept.last) else {
            return Following { replay: kept.messages.iter().cloned().collect(), is_gap: true, receiver };
        };
        let replay: Vec<Message> = kept.messages.iter().filter(|message| message.number > number).cloned().collect();
        let first = replay.first().map_or(kept.last + 1, |message| message.number);
        Following { is_gap: first > number + 1, replay, receiver }
    }

    /// The id of a message, for `Last-Event-ID`.
    pub fn id(&self, message: &Message) -> String {
        format!("{}-{}", self.run, message.number)
    }

    /// How many follow.
    pub fn followers(&self) -> usize {
        self.sender.receiver_count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_line_goes_on_where_it_was() {
        let live = Live::new("r1");
        for number in 0..10 {
            live.publish(Topic::Finding, &format!("{{\"n\":\n{number}}}"));
        }
        let following = live.follow(Some("r1-7"));
        let seen: Vec<u64> = following.replay.iter().map(|message| message.number).collect();
        assert_eq!((seen, following.is_gap), (vec![8, 9, 10], false));
        assert_eq!(&*following.replay[0].data, "{\"n\": 7}");
        assert!(live.follow(Some("r1-10")).replay.is_empty());
        assert!(!live.follow(Some("r1-10")).is_gap);
        for unknown in ["r0-7", "r1-11", "r1", "", "r1-x", "r1--1"] {
            assert!(live.follow(Some(unknown)).is_gap, "{unknown}");
        }
        assert!(live.follow(None).replay.is_empty());
    }

    #[test]
    fn what_is_kept_is_bounded_and_a_gap_is_told() {
        let live = Live::new("r");
        for _ in 0..KEPT_MAX + 5 {
            live.publish(Topic::Tail, "1");
        }
        let (all, gap) = (live.follow(Some("r-5")), live.follow(Some("r-4")));
        assert_eq!((all.replay.len(), all.is_gap, gap.replay.len(), gap.is_gap), (KEPT_MAX, false, KEPT_MAX, true));
        let large = format!("\"{}\"", "x".repeat(KEPT_BYTES_MAX / 4));
        (0..20).for_each(|_| live.publish(Topic::Tail, &large));
        assert!(live.follow(Some("x")).replay.len() < 5);
    }
}
