//! The content that the binary carries: detections and lists.

use include_dir::{Dir, DirEntry, include_dir};
use watchfire_detect::{Lists, RuleText};

static CONTENT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../content");

/// The pack's rule files, in order of path.
pub(crate) fn rules() -> Vec<RuleText> {
    let mut texts = Vec::new();
    collect(CONTENT.get_dir("detections"), &mut |path, text| texts.push(RuleText::new(format!("pack:{path}"), text)));
    texts.sort_by(|a, b| a.file.cmp(&b.file));
    texts
}

/// The pack's lists.
pub(crate) fn lists() -> Lists {
    let mut lists = Lists::default();
    collect(CONTENT.get_dir("lists"), &mut |path, text| {
        lists.add_yaml(text).unwrap_or_else(|error| panic!("bug: the pack's list {path} cannot be read: {error}"));
    });
    lists
}

fn collect(dir: Option<&'static Dir<'static>>, each: &mut dyn FnMut(&str, &'static str)) {
    for entry in dir.into_iter().flat_map(Dir::entries) {
        match entry {
            DirEntry::Dir(inner) => collect(Some(inner), each),
            DirEntry::File(file) => {
                let path = file.path().to_string_lossy();
                if let (true, Some(text)) = (path.ends_with(".yaml"), file.contents_utf8()) {
                    each(&path, text);
                }
            }
        }
    }
}
