//! A request as JavaScript.

use serde_json::{Map, Value as Json};

use crate::model::MediaStreamConstraints;
use crate::selection::stream_json;

/// Longer objects are written in several lines: characters.
const WIDTH: usize = 80;

/// A call of `getUserMedia` that makes this request; [`import`](super::import) reads it back.
pub fn to_javascript(constraints: &MediaStreamConstraints) -> String {
    format!("const stream = await navigator.mediaDevices.getUserMedia({});\n", value(&stream_json(constraints), 0))
}

/// A value on one line where it fits, after an indentation of this many steps.
fn value(json: &Json, depth: usize) -> String {
    let line = on_one_line(json);
    let is_short = depth > 0 && 2 * depth + line.chars().count() <= WIDTH;
    match json {
        Json::Object(members) if !members.is_empty() && !is_short => object(members, depth),
        Json::Array(list) if list.iter().any(Json::is_object) && !is_short => {
            let items: Vec<_> = list.iter().map(|json| value(json, depth + 1)).collect();
            block('[', &items, ']', depth)
        }
        _ => line,
    }
}

fn object(members: &Map<String, Json>, depth: usize) -> String {
    let items: Vec<_> = members.iter().map(|(name, json)| format!("{name}: {}", value(json, depth + 1))).collect();
    block('{', &items, '}', depth)
}

fn block(open: char, items: &[String], close: char, depth: usize) -> String {
    let inner = "  ".repeat(depth + 1);
    let lines: Vec<_> = items.iter().map(|item| format!("{inner}{item},\n")).collect();
    format!("{open}\n{}{}{close}", lines.concat(), "  ".repeat(depth))
}

fn on_one_line(json: &Json) -> String {
    match json {
        Json::Object(members) if members.is_empty() => "{}".to_owned(),
        Json::Object(members) => {
            let items: Vec<_> = members.iter().map(|(name, json)| format!("{name}: {}", on_one_line(json))).collect();
            format!("{{ {} }}", items.join(", "))
        }
        Json::Array(list) => format!("[{}]", list.iter().map(on_one_line).collect::<Vec<_>>().join(", ")),
        // JSON's strings and numbers are JavaScript's.
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selection::parse_constraints;

    fn written(json: &str) -> String {
        to_javascript(&parse_constraints(json).unwrap().constraints)
    }

    #[test]
    fn a_request_is_written_as_people_write_it() {
        let json = r#"{"video":{"width":{"min":640,"ideal":1280},"deviceId":{"exact":"a \"b\""},
            "advanced":[{"height":720},{"aspectRatio":1.5}]},"audio":true}"#;
        let js = "const stream = await navigator.mediaDevices.getUserMedia({\n  video: {\n    deviceId: { exact: \
                  \"a \\\"b\\\"\" },\n    width: { min: 640, ideal: 1280 },\n    advanced: [{ height: 720 }, \
                  { aspectRatio: 1.5 }],\n  },\n  audio: true,\n});\n";
        assert_eq!(written(json), js);
    }

    #[test]
    fn nothing_is_an_empty_object() {
        assert_eq!(written("{}"), "const stream = await navigator.mediaDevices.getUserMedia({});\n");
    }
}
