//! Which keys lead to fields that some pattern asks about: the tree of all paths.

use hashbrown::HashTable;

/// The tree.
#[derive(Debug, Default)]
pub(super) struct Keys {
    nodes: Vec<Node>,
}

/// A path and what may follow it.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// The field that ends here.
    pub(super) field: Option<u32>,
    children: HashTable<(Box<str>, u32)>,
}

/// The node of no keys at all.
pub(super) const ROOT: u32 = 0;

impl Keys {
    pub(super) fn new() -> Keys {
        Keys { nodes: vec![Node::default()] }
    }

    /// A node.
    #[inline]
    pub(super) fn node(&self, at: u32) -> Option<&Node> {
        self.nodes.get(at as usize)
    }

    /// The node of a path, made where it is missing.
    pub(super) fn place(&mut self, path: &str) -> &mut Node {
        let mut at = ROOT;
        for part in path.split('.') {
            let next = self.nodes.len() as u32;
            let children = &mut self.nodes[at as usize].children;
            let hash = hash(part.as_bytes());
            let entry = children.entry(hash, |(name, _)| **name == *part, |(name, _)| self::hash(name.as_bytes()));
            at = entry.or_insert((part.into(), next)).get().1;
            if at == next {
                self.nodes.push(Node::default());
            }
        }
        &mut self.nodes[at as usize]
    }

    /// The node that a path leads to.
    pub(super) fn find(&self, path: &str) -> Option<u32> {
        self.below(ROOT, path)
    }

    /// The node that a key leads to; a key may hold dots and then stands for several.
    #[inline]
    pub(super) fn below(&self, node: u32, key: &str) -> Option<u32> {
        let children = &self.node(node)?.children;
        match children.find(hash(key.as_bytes()), |(name, _)| **name == *key) {
            Some((_, child)) => Some(*child),
            None if memchr::memchr(b'.', key.as_bytes()).is_some() => key.split('.').try_fold(node, |at, part| {
                let children = &self.node(at)?.children;
                children.find(hash(part.as_bytes()), |(name, _)| **name == *part).map(|(_, child)| *child)
            }),
            None => None,
        }
    }
}

impl Node {
    /// Whether no key leads on from here.
    #[inline]
    pub(super) fn is_end(&self) -> bool {
        self.children.is_empty()
    }
}

/// Cheap: keys of one object differ in length, in their first eight bytes or in their last eight.
#[inline]
fn hash(key: &[u8]) -> u64 {
    let (first, last) = match (key.first_chunk::<8>(), key.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => (key.iter().fold(0, |bits, byte| bits << 8 | u64::from(*byte)), 0),
    };
    let mixed = (first ^ last.rotate_left(29) ^ key.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_in_keys_are_steps() {
        let mut keys = Keys::new();
        for (number, path) in ["a.b", "a", "", "a..c", "requestParameters.x"].iter().enumerate() {
            keys.place(path).field = Some(number as u32);
        }
        let field = |steps: &[&str]| {
            let end = steps.iter().try_fold(ROOT, |at, key| keys.below(at, key))?;
            keys.node(end)?.field
        };
        assert_eq!((field(&["a", "b"]), field(&["a.b"]), field(&["a"])), (Some(0), Some(0), Some(1)));
        assert_eq!((field(&[""]), field(&["a.", "c"]), field(&["a", "", "c"])), (Some(2), Some(3), Some(3)));
        assert_eq!((field(&["b"]), field(&["a.b.c"]), field(&["A"]), field(&["requestParameters.x"])), (None, None, None, Some(4)));
    }
}
