# 各界面共用。
language-name = 简体中文
