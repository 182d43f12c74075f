# 畫面上方的狀態列。
bar-till = { $store } · { $number } 號機
bar-no-store = Guitai 櫃台
bar-much-cash = 錢櫃現金較多，請繳存金庫
bar-training = 教育訓練模式：不計入營業，錢櫃不開
bar-synced = 已同步
bar-sending = 正在上傳 { $count } 筆
bar-offline = 未連線總部，可照常結帳
bar-offline-unsent = 離線，{ $count } 筆待上傳，可照常結帳
