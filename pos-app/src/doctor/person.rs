//! Who stands at the device while it is tested.

use std::io::{BufRead, Write};

/// A person who is asked.
pub(super) trait Person {
    /// Whether something may be done, or was seen.
    fn agrees(&mut self, question: &str) -> bool;

    /// Asks to do something, and waits until it is done.
    fn please(&mut self, what: &str);
}

/// The person at this terminal; the end of what can be read is a no.
pub(super) struct AtTerminal {
    /// Agreed to everything beforehand.
    pub yes: bool,
}

impl Person for AtTerminal {
    fn agrees(&mut self, question: &str) -> bool {
        if self.yes {
            println!("{question} yes");
            return true;
        }
        matches!(read(&format!("{question} [y/N] ")).to_lowercase().as_str(), "y" | "yes" | "是")
    }

    fn please(&mut self, what: &str) {
        if self.yes {
            println!("{what}");
            return;
        }
        read(&format!("{what}, then press Enter "));
    }
}

fn read(prompt: &str) -> String {
    print!("{prompt}");
    let _ = std::io::stdout().flush();
    let mut line = String::new();
    let _ = std::io::stdin().lock().read_line(&mut line);
    line.trim().to_owned()
}
