# 各介面共用。
language-name = 繁體中文
