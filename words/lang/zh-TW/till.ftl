# What the till's own views say; everything about goods and money comes finished.

# The entry field.
till-wants-pin = PIN 碼
till-wants-office-code = 總部提供的授權碼
till-wants-supervisor-pin = 主管 PIN 碼
till-wants-nothing-more = 已點完
till-wants-pieces = { $value } 數量
till-wants-date = 年月日
till-wants-float = 清點的準備金
till-wants-amount = 金額
till-wants-cash-back = 退還現金
till-wants-cash = 實收現金
till-wants-counted-cash = 清點的現金
till-wants-next-item = 下一件：掃碼或輸入
till-wants-quantity = 數量
till-wants-member = 卡號、手機號碼或會員碼
till-wants-item = 品名、條碼或拼音首字母
till-wants-answer = 輸入或掃描
till-purpose-quantity = 數量
till-purpose-member = 會員

# Keys of the pads.
till-key-clear = 清除
till-key-backspace = 退格
till-key-space = 空白鍵
till-key-letters = 字母
till-key-digits = 數字
till-key-others = 其他
till-key-ok = 確定
till-key-close = 關閉

# Before selling.
till-who = 由誰收銀？
till-sign-on = 登入
till-count-float = 清點準備金
till-open-shift = 開班

# The basket.
till-scan-first = 請掃描第一件商品
till-scan-first-help = 也可以點選右邊的商品，或輸入品名。
till-returned = 退貨
till-returning = 下一件以退貨處理

# Goods to touch.
till-favourites = 常用商品
till-found = 「{ $value }」的搜尋結果
till-found-nothing = 找不到「{ $value }」
till-found-nothing-help = 少輸入幾個字、試試拼音首字母，或輸入條碼下方的數字。
till-no-goods = 這一組還沒有商品
till-no-goods-help = 店長可以把商品放進來；目前請掃碼或搜尋。
till-set-quantity = 確定數量
till-find-member = 查詢會員

# Paying.
till-to-give-back = 應退
till-still-to-pay = 尚應收
till-to-pay = 應收
till-take-back = 撤回 { $value }
till-saving = 儲存中…
till-give-back = 退還 { $value }
till-exact-cash = 現金剛好 { $value }
till-cash = 收現金 { $value }
till-change = 找零
till-change-pieces = 取出

# A payment under way.
till-tell-shopper = 請告訴顧客
till-do-not-pay-again = 先不要再收這筆錢。
till-give-up = 放棄這筆支付
till-give-up-again = 再按一次：撤銷這筆支付

# Sales put aside, lists, counts, reports, reasons, codes.
till-suspended = 已保留的單
till-suspended-help = 點一張單即可取回。
till-suspended-none = 沒有保留的單。
till-nothing-to-choose = 沒有可選的項目。
till-chosen = 已選
till-one-less = 減一
till-one-more = 加一
till-counted-so-far = 已點合計
till-close-day = 日結
till-why = 價格說明
till-why-none = 沒有促銷涉及它，就是這個價格。
till-code = 請顧客用手機掃碼
till-code-none = 沒有可顯示的碼。

# Approval.
till-approval = 需要主管授權
till-approve = 授權
till-by-telephone = 電話授權
till-telephone = 電話授權
till-read-out = 致電總部，報出這組號碼

# The corner of the devices, and the languages.
till-devices = 設備與網路
till-devices-label = 設備
till-connection-label = 總部
till-devices-help = 可以繼續收銀。等待的收據與資料會自動補印、補傳。
till-devices-call = 如果一直如此，請檢查設備的電源與線路，再聯絡維修。
till-devices-good = 一切正常。
till-language = 語言

# What the window offers by itself.
till-more = 更多操作
till-action-suspend = 保留
till-action-recall = 取單
till-action-member = 會員
till-action-return = 退貨
till-action-quantity = 數量
till-action-void_line = 刪除此項
till-action-explain = 價格說明
till-action-void_sale = 整單取消
till-action-again = 再按一次
till-action-open_drawer = 開錢櫃
till-action-reprint = 重印上一單
till-action-x_report = X 報表
till-action-close = 日結
till-action-lock = 鎖定
till-action-print = 列印
till-action-back = 返回
till-action-next = 下一單
till-action-more = 更多
till-group-line = 此項商品
till-group-sale = 整單
till-group-member = 會員
till-group-cash = 現金
till-group-till = 收銀機
till-group-other = 其他
