//! The constraints of before 2014: `mandatory` and `optional`, with names such as `minWidth` (LEG-03).

use crate::model::{Property, ValueType};

use super::error::ImportError;
use super::notes::{Notes, cut};
use super::tree::{Member, Node, Place, Script};

/// Constraints in today's syntax, where they are in the old one; `path` is how notes call them.
///
/// # Errors
/// `TypeError` where old and new names are mixed, as in Chromium.
pub(super) fn modernised(node: &Node, path: &str, notes: &mut Notes) -> Result<Option<Node>, ImportError> {
    let (mandatory, optional) = (node.value.member("mandatory"), node.value.member("optional"));
    let Some(first) = mandatory.or(optional) else { return Ok(None) };
    check_mixture(node, first)?;
    let mut members = match mandatory {
        Some(mandatory) => set(&mandatory.node, &format!("{path}.mandatory"), notes)?,
        None => Vec::new(),
    };
    if let Some(optional) = optional {
        members.push(advanced(optional, path, notes)?);
    }
    Ok(Some(Node { place: node.place, value: Script::Object(members) }))
}

fn check_mixture(node: &Node, first: &Member) -> Result<(), ImportError> {
    let is_modern = |member: &&Member| member.name == "advanced" || member.name.parse::<Property>().is_ok();
    match node.value.as_dictionary().unwrap_or_default().iter().find(is_modern) {
        None => Ok(()),
        Some(modern) => {
            let (old, modern, place) = (&first.name, &modern.name, modern.place);
            Err(place
                .type_error(format!("“{modern}” cannot stand beside the old “{old}”: use one syntax or the other")))
        }
    }
}

fn advanced(optional: &Member, path: &str, notes: &mut Notes) -> Result<Member, ImportError> {
    let place = optional.place;
    let Script::List(old) = &optional.node.value else {
        let found = optional.node.value.what();
        return Err(optional.node.place.type_error(format!("expected an array of old constraints, found {found}")));
    };
    let mut sets = Vec::new();
    for (index, node) in old.iter().enumerate() {
        let members = set(node, &format!("{path}.optional[{index}]"), notes)?;
        sets.push(Node { place: node.place, value: Script::Object(members) });
    }
    Ok(Member { name: "advanced".to_owned(), place, node: Node { place, value: Script::List(sets) } })
}

/// A set of old constraints as members of a set of today.
fn set(node: &Node, path: &str, notes: &mut Notes) -> Result<Vec<Member>, ImportError> {
    let Some(old) = node.value.as_dictionary() else {
        return Err(node
            .place
            .type_error(format!("expected an object of old constraints, found {}", node.value.what())));
    };
    let mut members: Vec<Member> = Vec::new();
    for member in old {
        let Some((property, under)) = today(&member.name) else {
            notes.add(format!("{path}.{} was left out: no such old constraint is known here.", cut(&member.name)));
            continue;
        };
        notes.add(format!("{path}.{} was read as {property}: {{{under}: …}}, its name today.", member.name));
        put(&mut members, property, Member { name: under.to_owned(), ..member.clone() });
    }
    Ok(members)
}

/// Adds a member to the constraint on a property.
fn put(members: &mut Vec<Member>, property: Property, member: Member) {
    let place: Place = member.place;
    if let Some(Member { node: Node { value: Script::Object(there), .. }, .. }) =
        members.iter_mut().find(|other| other.name == property.name())
    {
        there.retain(|other| other.name != member.name);
        there.push(member);
        return;
    }
    let node = Node { place, value: Script::Object(vec![member]) };
    members.push(Member { name: property.name().to_owned(), place, node });
}

/// The property of an old name, and the member of its constraint: what is neither minimum nor maximum was required.
fn today(name: &str) -> Option<(Property, &'static str)> {
    for bound in ["min", "max"] {
        if let Some(property) = name.strip_prefix(bound).and_then(uncapitalised) {
            return Some((property, bound)).filter(|(property, _)| is_number(*property));
        }
    }
    let property = match name {
        "sourceId" => Some(Property::DeviceId),
        _ => name.strip_prefix("goog").map_or_else(|| name.parse().ok(), uncapitalised),
    };
    property.filter(|property| !is_number(*property)).map(|property| (property, "exact"))
}

fn uncapitalised(name: &str) -> Option<Property> {
    let mut characters = name.chars();
    let first = characters.next().filter(char::is_ascii_uppercase)?.to_ascii_lowercase();
    format!("{first}{}", characters.as_str()).parse().ok()
}

const fn is_number(property: Property) -> bool {
    !matches!(property.value_type(), ValueType::Text | ValueType::Boolean | ValueType::BooleanOrText)
}
