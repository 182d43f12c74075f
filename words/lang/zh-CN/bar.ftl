# 屏幕顶部的状态栏。
bar-till = { $store } · { $number } 号机
bar-no-store = Guitai 柜台
bar-much-cash = 钱箱现金较多，请投库
bar-training = 培训模式：不计入营业，钱箱不开
bar-synced = 已同步
bar-sending = 正在上传 { $count } 条
bar-offline = 总部未连接，可照常收款
bar-offline-unsent = 离线，{ $count } 条待上传，可照常收款
