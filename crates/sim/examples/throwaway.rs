use watchfire_sim::*;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let plan = Plan {
        seed: 1,
        records: a[2].parse().unwrap(),
        threads: a[3].parse().unwrap(),
        compression: a.get(4).map_or(1, |c| c.parse().unwrap()),
        ..Plan::default()
    };
    let out = std::path::PathBuf::from(&a[1]);
    let t = std::time::Instant::now();
    let w = write(&plan, &out, &|_| {}).unwrap();
    let s = t.elapsed().as_secs_f64();
    println!(
        "{} records {} files in {s:.2}s = {:.0} rec/s; raw {:.0} B/rec, gz {:.0} B/rec",
        w.records,
        w.files,
        w.records as f64 / s,
        w.bytes as f64 / w.records as f64,
        w.bytes_compressed as f64 / w.records as f64
    );
}
