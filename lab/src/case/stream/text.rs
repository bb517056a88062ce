//! Cutting a text at a sign that stands outside brackets.

/// The parts of `text` between `sign`s, without spaces around them.
pub fn split(text: &str, sign: char) -> Result<Vec<&str>, String> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_u32);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => {
                depth = depth
                    .checked_sub(1)
                    .ok_or_else(|| "`)` without `(`".to_owned())?;
            }
            _ if c == sign && depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    if depth > 0 {
        return Err("`(` is not closed".to_owned());
    }
    parts.push(text[start..].trim());
    Ok(parts)
}
