# 各部分共用。
language-name = 简体中文
language-sample = 收款
language-no-font = 本机没有能显示“{ $letter }”的字体（{ $language }）：请安装字体（Debian、Ubuntu：apt install { $package }），然后重新启动收银程序。
common-about = { $what }：{ $about }
common-comma = 、
