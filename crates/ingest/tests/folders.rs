//! Folders, files and links on this machine, listed and read.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;

use watchfire_ingest::{Body, Error, Listing, Opened, Place, ReadOptions, Reader, Selection, Skipped, list};

fn write(root: &Path, name: &str, content: &[u8]) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().expect("a name inside the root")).expect("folder");
    fs::write(path, content).expect("file");
}

fn listed(root: &Path, selection: &Selection) -> Listing {
    list(&[Place::Path(root.to_owned())], selection).expect("a listing")
}

/// Sources below the root, in the order of the listing.
fn names(root: &Path, listing: &Listing) -> Vec<String> {
    let prefix = format!("{}/", root.display());
    listing.objects.iter().map(|object| object.source.trim_start_matches(&prefix).to_owned()).collect()
}

fn read(opened: Opened) -> Result<Vec<u8>, String> {
    let mut content = Vec::new();
    match opened.body.map_err(|unreadable| unreadable.detail)? {
        Body::Bytes(bytes) => content = bytes,
        Body::File { mut file, .. } => drop(file.read_to_end(&mut content).map_err(|error| error.to_string())?),
        Body::Stream(mut stream) => drop(stream.read_to_end(&mut content).map_err(|error| error.to_string())?),
        other => panic!("not expected here: {other:?}"),
    }
    Ok(content)
}

#[test]
fn a_tree_lists_by_time_then_name_and_prunes_by_layout() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let trail = "AWSLogs/111122223333/CloudTrail/us-east-1";
    let late = format!("{trail}/2026/03/02/111122223333_CloudTrail_us-east-1_20260302T1000Z_a.json.gz");
    let early = format!("{trail}/2026/03/02/111122223333_CloudTrail_us-east-1_20260302T0905Z_b.json.gz");
    for name in [&late, &early] {
        write(root, name, b"12345");
    }
    write(root, &format!("{trail}/2026/02/01/111122223333_CloudTrail_us-east-1_20260201T0905Z_b.json.gz"), b"x");
    write(root, "AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/03/02/d.json.gz", b"x");
    write(root, "AWSLogs/999922223333/CloudTrail/us-east-1/2026/03/02/x.json.gz", b"x");
    write(root, "notes.json", b"123");
    write(root, ".git/config", b"x");
    write(root, ".hidden.json", b"x");

    let selection = Selection {
        from: Some("2026-03-02T09:00:00Z".parse().expect("an instant")),
        accounts: vec!["111122223333".into()],
        ..Selection::default()
    };
    let listing = listed(root, &selection);
    assert_eq!(names(root, &listing), ["notes.json", &early, &late]);
    assert_eq!((listing.bytes, listing.pruned), (13, 2));
    assert_eq!(listing.skipped, Skipped { digests: 1, hidden: 2, ..Skipped::default() });

    assert_eq!(listed(root, &Selection::default()).objects.len(), 5);
}

#[cfg(unix)]
#[test]
fn links_are_followed_once_and_cycles_end() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().expect("a folder");
    let (root, outside) = (folder.path().join("logs"), folder.path().join("elsewhere"));
    write(&root, "a/one.json", b"1");
    write(&outside, "two.json", b"2");
    write(&outside, "three.json", b"3");
    symlink(&root, root.join("a/cycle")).expect("link");
    symlink(folder.path(), root.join("above")).expect("link");
    symlink(root.join("a/one.json"), root.join("again.json")).expect("link");
    symlink(&outside, root.join("out")).expect("link");
    symlink(outside.join("two.json"), root.join("two again.json")).expect("link");
    symlink(root.join("nothing"), root.join("dangling")).expect("link");

    let listing = listed(&root, &Selection::default());
    assert_eq!(names(&root, &listing), ["a/one.json", "out/three.json", "out/two.json"]);
    assert_eq!(listing.skipped, Skipped { repeated: 4, ..Skipped::default() });
    assert_eq!(listing.failures.len(), 1, "the dangling link is visible");

    let reader = Reader::new(listing, ReadOptions::default());
    let first = reader.next().expect("the failure comes first");
    assert!(first.source.ends_with("dangling"));
    assert_eq!(read(first), Err("a symbolic link to nothing".to_owned()));
    assert_eq!(std::iter::from_fn(|| reader.next()).map(read).filter(Result::is_ok).count(), 3);
}

#[test]
fn places_inside_places_are_read_once() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "a/b/one.json", b"1");
    write(folder.path(), "two.json", b"2");
    let places = ["", "a", "a/b", "two.json", "a/b/one.json"].map(|name| Place::Path(folder.path().join(name)));
    let listing = list(&places, &Selection::default()).expect("a listing");
    assert_eq!((listing.objects.len(), listing.skipped.repeated), (2, 4));
}

#[test]
fn nothing_there_is_an_error_and_nothing_in_it_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let listing = listed(folder.path(), &Selection::default());
    assert!(Reader::new(listing, ReadOptions::default()).next().is_none());

    let error = list(&[Place::Path(folder.path().join("no"))], &Selection::default()).expect_err("not there");
    assert!(matches!(error, Error::Place { .. }));
    assert!(error.to_string().contains("\nhint: "), "{error}");
}

#[test]
fn what_vanished_since_the_listing_is_unreadable_and_the_neighbours_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a.json", "b.json", "c.json"] {
        write(folder.path(), name, b"content");
    }
    let listing = listed(folder.path(), &Selection::default());
    fs::remove_file(folder.path().join("b.json")).expect("removed");
    fs::remove_file(folder.path().join("c.json")).expect("removed");
    fs::create_dir(folder.path().join("c.json")).expect("a folder in its place");
    let reader = Reader::new(listing, ReadOptions::default());
    let readable: Vec<bool> = std::iter::from_fn(|| reader.next()).map(|opened| opened.body.is_ok()).collect();
    assert_eq!(readable, [true, false, false]);
    assert_eq!((reader.progress().objects_done(), reader.progress().objects_total()), (3, 3));
}

/// Root reads everything, so the permission part only speaks where it can.
#[cfg(unix)]
#[test]
fn a_closed_folder_is_a_visible_failure() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "closed/one.json", b"1");
    write(folder.path(), "open/two.json", b"2");
    let closed = folder.path().join("closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).expect("mode");
    let root_reads_all = fs::read_dir(&closed).is_ok();
    let listing = listed(folder.path(), &Selection::default());
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("mode");
    let expect = if root_reads_all { (2, 0) } else { (1, 1) };
    assert_eq!((listing.objects.len(), listing.failures.len()), expect);
}

#[test]
fn big_files_are_handed_over_open() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "big.json", &[b'x'; 1001]);
    write(folder.path(), "just.json", &[b'y'; 1000]);
    let reader = Reader::new(listed(folder.path(), &Selection::default()), ReadOptions { whole_bytes_max: 1000, ..ReadOptions::default() });
    let big = reader.next().expect("big");
    assert!(matches!(big.body, Ok(Body::File { bytes: 1001, .. })));
    assert_eq!(read(big).expect("readable").len(), 1001);
    let just = reader.next().expect("just");
    assert!(matches!(&just.body, Ok(Body::Bytes(bytes)) if bytes.len() == 1000));
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf8_are_read() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join(OsStr::from_bytes(b"\xff.json")), b"content").expect("file");
    let reader = Reader::new(listed(folder.path(), &Selection::default()), ReadOptions::default());
    assert_eq!(read(reader.next().expect("one")), Ok(b"content".to_vec()));
}

#[test]
fn each_object_goes_to_exactly_one_of_many_workers() {
    const FILES: usize = 3000;
    let folder = tempfile::tempdir().expect("a folder");
    for index in 0..FILES {
        write(folder.path(), &format!("{}/{index}.json", index % 7), index.to_string().as_bytes());
    }
    let reader = Reader::new(listed(folder.path(), &Selection::default()), ReadOptions::default());
    let mut seen: Vec<String> = std::thread::scope(|scope| {
        let worker = || std::iter::from_fn(|| reader.next()).map(|opened| read(opened).expect("readable"));
        let workers: Vec<_> = (0..8).map(|_| scope.spawn(move || worker().collect::<Vec<_>>())).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("no panic"))
            .map(|content| String::from_utf8(content).expect("digits"))
            .collect()
    });
    assert_eq!(seen.len(), FILES);
    seen.sort_unstable();
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), FILES);
    assert_eq!(reader.progress().bytes_done(), reader.progress().bytes_total());
    assert_eq!(reader.progress().objects_done(), FILES as u64);
}
