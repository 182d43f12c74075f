# 各部分共用。
language-name = 繁體中文
language-sample = 結帳發票
language-no-font = 本機沒有能顯示「{ $letter }」的字型（{ $language }）：請安裝字型（Debian、Ubuntu：apt install { $package }），再重新啟動收銀程式。
common-about = { $what }：{ $about }
common-comma = 、
