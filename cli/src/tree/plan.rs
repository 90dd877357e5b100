//! What a build must do to a folder: a pure comparison of what is there and what should be.
//!
//! A file belongs to the build when it opens with the build's header. Only such files are changed
//! or removed; anything else that stands where a file should go blocks the whole build. Nothing
//! here reads or writes.

use std::collections::BTreeMap;

/// What stands at a path, relative to the folder, with `/` between parts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Existing {
    /// A file that a build wrote.
    Owned(String),
    /// A file without the header, a link, or a folder where files go.
    Foreign,
}

/// What to do, each list sorted by path.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Plan {
    /// Files to make.
    pub missing: Vec<String>,
    /// Files whose text differs.
    pub changed: Vec<String>,
    /// Files that earlier builds wrote and this one does not make.
    pub stale: Vec<String>,
    /// What is in the way and not the build's own. If there is any, nothing may be done.
    pub blocked: Vec<String>,
    pub unchanged: usize,
}

impl Plan {
    /// Whether the folder already is as it should be.
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.changed.is_empty() && self.stale.is_empty() && self.blocked.is_empty()
    }
}

/// Compares what is there with what a build made.
pub fn plan(existing: &BTreeMap<String, Existing>, wanted: &BTreeMap<String, String>) -> Plan {
    let mut plan = Plan::default();
    for (path, text) in wanted {
        let above = folders(path).find(|folder| existing.get(*folder) == Some(&Existing::Foreign));
        match (above, existing.get(path)) {
            (Some(folder), _) => plan.blocked.push(folder.to_owned()),
            (None, Some(Existing::Foreign)) => plan.blocked.push(path.clone()),
            (None, Some(Existing::Owned(old))) if old == text => plan.unchanged += 1,
            (None, Some(Existing::Owned(_))) => plan.changed.push(path.clone()),
            (None, None) => plan.missing.push(path.clone()),
        }
    }
    let gone = existing.iter().filter(|(path, what)| **what != Existing::Foreign && !wanted.contains_key(*path));
    plan.stale = gone.map(|(path, _)| path.clone()).collect();
    plan.blocked.dedup();
    plan
}

/// The folders that a path stands in, outermost first.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Tree = BTreeMap<String, Existing>;

    /// What the disk holds once a plan is carried out.
    fn carry_out(tree: &Tree, wanted: &BTreeMap<String, String>, plan: &Plan) -> Tree {
        let mut tree = tree.clone();
        plan.stale.iter().for_each(|path| drop(tree.remove(path)));
        for path in plan.missing.iter().chain(&plan.changed) {
            tree.insert(path.clone(), Existing::Owned(wanted[path].clone()));
        }
        tree
    }

    fn path() -> impl Strategy<Value = String> {
        "[ab]/[ab]/[ab]/[a-c]\\.yaml"
    }

    fn existing() -> impl Strategy<Value = Tree> {
        let what = prop_oneof![3 => "[xy]".prop_map(Existing::Owned), 1 => Just(Existing::Foreign)];
        prop::collection::btree_map(path(), what, 0..20)
    }

    proptest! {
        #[test]
        fn a_plan_makes_what_is_wanted_and_no_more(
            tree in existing(),
            wanted in prop::collection::btree_map(path(), "[xy]", 0..20),
        ) {
            let todo = plan(&tree, &wanted);
            let after = carry_out(&tree, &wanted, &todo);
            let foreign = |tree: &Tree| tree.iter().filter(|(_, what)| **what == Existing::Foreign).count();
            prop_assert_eq!(foreign(&tree), foreign(&after));
            if todo.blocked.is_empty() {
                let owned: BTreeMap<String, String> = after.iter().filter_map(|(path, what)| match what {
                    Existing::Owned(text) => Some((path.clone(), text.clone())),
                    Existing::Foreign => None,
                }).collect();
                prop_assert_eq!(&owned, &wanted);
                prop_assert_eq!(plan(&after, &wanted), Plan { unchanged: wanted.len(), ..Plan::default() });
            } else {
                let in_the_way = todo.blocked.iter().all(|path| tree.get(path) == Some(&Existing::Foreign));
                prop_assert!(in_the_way);
            }
        }
    }

    #[test]
    fn a_file_where_a_folder_goes_is_in_the_way() {
        let tree = BTreeMap::from([("a/b".to_owned(), Existing::Foreign)]);
        let wanted = BTreeMap::from([("a/b/c/d.yaml".to_owned(), String::new())]);
        assert_eq!(plan(&tree, &wanted).blocked, ["a/b"]);
    }
}
