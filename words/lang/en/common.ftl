# What every part says.
language-name = English
language-sample = abc
language-no-font = No font on this machine can draw “{ $letter }” of { $language }: install one (Debian, Ubuntu: apt install { $package }), then start the till again.
common-about = { $what }: { $about }
common-comma = {", "}
