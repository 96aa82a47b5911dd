//! Progress on stderr, only when it is a terminal.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use watchfire_node::Meter;

/// How often the bar moves.
const TICK: Duration = Duration::from_millis(100);

/// Runs `work` with a bar that shows its meter.
pub fn during<T>(work: impl FnOnce(&Meter) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let meter = Meter::default();
    if !std::io::stderr().is_terminal() {
        return work(&meter);
    }
    let bar = bar("{spinner} {bar:30} {percent:>3}%  {msg}");
    let done = AtomicBool::new(false);
    let begin = Instant::now();
    std::thread::scope(|scope| {
        let ticker = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                tick(&bar, &meter, begin.elapsed());
                std::thread::park_timeout(TICK);
            }
        });
        let result = work(&meter);
        done.store(true, Ordering::Relaxed);
        ticker.thread().unpark();
        bar.finish_and_clear();
        result
    })
}

fn tick(bar: &ProgressBar, meter: &Meter, elapsed: Duration) {
    let load = |value: &std::sync::atomic::AtomicU64| value.load(Ordering::Relaxed);
    let (bytes, total, records) = (load(&meter.bytes), load(&meter.bytes_total), load(&meter.records));
    bar.set_length(total.max(1));
    bar.set_position(bytes.min(total));
    let seconds = elapsed.as_secs_f64().max(0.001);
    let left = if bytes > 0 && total > bytes { seconds * (total - bytes) as f64 / bytes as f64 } else { 0.0 };
    bar.set_message(format!(
        "{} of {} files, {} events, {} events/s, {} left",
        load(&meter.objects),
        load(&meter.objects_total),
        grouped(records),
        grouped((records as f64 / seconds) as u64),
        indicatif::HumanDuration(Duration::from_secs_f64(left)),
    ));
}

/// Runs `work` with a bar over a known number of records.
pub fn counted<T, E>(total: u64, work: impl FnOnce(&dyn Fn(u64)) -> Result<T, E>) -> Result<T, E> {
    if !std::io::stderr().is_terminal() {
        return work(&|_| ());
    }
    let bar = bar("{spinner} {bar:30} {percent:>3}%  {human_pos} records, {per_sec}, {eta} left");
    bar.set_length(total);
    let result = work(&|done| bar.set_position(done));
    bar.finish_and_clear();
    result
}

fn bar(template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template).expect("a template written here");
    ProgressBar::no_length().with_style(style)
}

/// Digits in groups of three.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 reject`, `2,000 rejects`.
pub fn counted_noun(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(count), if count == 1 { "" } else { "s" })
}
