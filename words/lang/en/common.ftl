# What every face says.
language-name = English
