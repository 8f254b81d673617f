//! Conditions about groups whose members a rule decides: the rule takes the condition's place, so that what is
//! selected is exact at the moment of reading.

use super::catalogue::{FieldRef, Kind, Schema};
use super::model::{Condition, Key, Node, Op, Test, Tree};
use uuid::Uuid;

/// How the members of a group are known.
#[derive(Clone, Debug)]
pub enum Group {
    /// It has none: it is gone, or put aside.
    Nobody,
    /// Each has a row.
    Listed,
    /// A tree selects them, in which no condition about such a group is left.
    Rule(Tree),
}

impl Tree {
    /// The groups that it names, each with the JSON pointer to its id.
    pub fn groups(&self) -> Vec<(String, Uuid)> {
        let mut found = Vec::new();
        self.each_condition(|path, node| {
            let Node::Field(condition) = node else { return };
            if condition.field.kind != Kind::Groups {
                return;
            }
            if let Test::HasAny(keys) | Test::HasAll(keys) | Test::EverAny(keys) = &condition.test {
                let ids = keys.iter().enumerate().filter_map(|(index, key)| match key {
                    Key::Id(id) => Some((format!("{path}/value/{index}"), *id)),
                    Key::Me | Key::Text(_) => None,
                });
                found.extend(ids);
            }
        });
        found
    }

    /// Whether it asks for being in any group at all, so that all of them matter.
    pub fn asks_every_group(&self) -> bool {
        let mut asks = false;
        self.each_condition(|_, node| asks |= matches!(node, Node::Field(condition) if is_presence(condition)));
        asks
    }

    /// The tree with every condition about groups written out by what `group` says of each; `all` are the groups
    /// that a record can be in.
    #[must_use]
    pub fn expanded(&self, all: &[Uuid], group: &dyn Fn(Uuid) -> Group) -> Tree {
        Tree { root: self.expand(&self.root, all, group), ..self.clone() }
    }

    /// What both this tree and `other`, of the same catalogue, select.
    #[must_use]
    pub fn and(&self, other: &Tree) -> Tree {
        let names_archived = self.names_archived || other.names_archived;
        Tree { root: Node::And(vec![other.root.clone(), self.root.clone()]), names_archived, ..self.clone() }
    }

    /// Those of this tree that `other`, of the same catalogue, does not select.
    #[must_use]
    pub fn without(&self, other: &Tree) -> Tree {
        Tree {
            root: Node::And(vec![self.selecting(), Node::Not(Box::new(other.selecting()))]),
            names_archived: true,
            ..self.clone()
        }
    }

    /// The records in a group, by the field of the group's kind.
    pub fn members(field: impl Into<FieldRef>, id: Uuid, schema: impl Into<Schema>) -> Tree {
        let (test, field) = (Test::HasAny(vec![Key::Id(id)]), field.into());
        Tree {
            schema: schema.into(),
            root: Node::Field(Condition { field, op: Op::HasAny, test }),
            names_archived: false,
        }
    }

    /// Its meaning as one node: without the archived records, unless it decides about them itself.
    fn selecting(&self) -> Node {
        match self.schema.field("archived").filter(|_| !self.names_archived) {
            None => self.root.clone(),
            Some(field) => {
                let living = Node::Field(Condition { field, op: Op::Is, test: Test::Flag(false) });
                Node::And(vec![living, self.root.clone()])
            }
        }
    }

    fn expand(&self, node: &Node, all: &[Uuid], group: &dyn Fn(Uuid) -> Group) -> Node {
        let each = |nodes: &[Node]| nodes.iter().map(|node| self.expand(node, all, group)).collect();
        match node {
            Node::And(nodes) => Node::And(each(nodes)),
            Node::Or(nodes) => Node::Or(each(nodes)),
            Node::Not(node) => Node::Not(Box::new(self.expand(node, all, group))),
            Node::Field(condition) if condition.field.kind == Kind::Groups => {
                let members = written_out(condition, all, group);
                if condition.op.is_negative() { Node::Not(Box::new(members)) } else { members }
            }
            Node::Field(_) | Node::Activity(_) | Node::Deals(_) => node.clone(),
        }
    }
}

fn is_presence(condition: &Condition) -> bool {
    condition.field.kind == Kind::Groups && condition.test == Test::Present
}

/// The condition without its negation.
fn written_out(condition: &Condition, all: &[Uuid], group: &dyn Fn(Uuid) -> Group) -> Node {
    let field = &condition.field;
    let ids = |keys: &[Key]| -> Vec<Uuid> {
        let ids = keys.iter().filter_map(|key| match key {
            Key::Id(id) => Some(*id),
            Key::Me | Key::Text(_) => None,
        });
        ids.collect()
    };
    let rows = |ids: Vec<Uuid>, op: Op| {
        let keys = ids.into_iter().map(Key::Id).collect();
        let test = match op {
            Op::HasAll => Test::HasAll(keys),
            Op::EverAny => Test::EverAny(keys),
            _ => Test::HasAny(keys),
        };
        Node::Field(Condition { field: field.clone(), op, test })
    };
    let mut listed = Vec::new();
    let mut nodes = Vec::new();
    let named = match &condition.test {
        Test::Present => all.to_vec(),
        Test::HasAny(keys) | Test::HasAll(keys) | Test::EverAny(keys) => ids(keys),
        _ => Vec::new(),
    };
    for id in &named {
        match group(*id) {
            Group::Nobody => nodes.push(Node::Or(Vec::new())),
            Group::Listed => listed.push(*id),
            Group::Rule(tree) => nodes.push(tree.selecting()),
        }
    }
    let (op, rows_of) = match &condition.test {
        Test::HasAll(_) => (Op::HasAll, listed),
        // Whoever has left still was there, also in what has no members any more.
        Test::EverAny(_) => (Op::EverAny, named),
        _ => (Op::HasAny, listed),
    };
    if !rows_of.is_empty() {
        nodes.push(rows(rows_of, op));
    }
    match (nodes.len(), op) {
        (1, _) => nodes.remove(0),
        (_, Op::HasAll) => Node::And(nodes),
        _ => Node::Or(nodes),
    }
}
