//! A line of a script as words: separated by blanks, with `"..."` around words that contain some; `#` begins a comment.
//! After `rules` everything to the end of the line is one word, a rule book as JSON.

/// The words of a line.
pub(super) fn split(line: &str) -> Result<Vec<String>, String> {
    if let Some(book) = line.trim().strip_prefix("rules ") {
        return Ok(vec!["rules".to_owned(), book.trim().to_owned()]);
    }
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() && !rest.starts_with('#') {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').ok_or("a word that begins with \" ends with \"")?,
            None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_may_be_quoted() {
        assert_eq!(split("item 12 \"Ball pen\" 1.99 # a pen").unwrap(), ["item", "12", "Ball pen", "1.99"]);
        assert_eq!(split("  # nothing").unwrap(), Vec::<String>::new());
        assert!(split("item \"open").is_err());
        assert_eq!(split(r##"rules {"name": "#1"}"##).unwrap(), ["rules", r##"{"name": "#1"}"##]);
    }

    proptest! {
        #[test]
        fn no_line_makes_it_panic(line in ".{0,60}") {
            let _ = split(&line);
        }
    }
}
