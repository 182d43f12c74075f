# What the till's own views say; everything about goods and money comes finished.

# The entry field.
till-wants-pin = PIN 码
till-wants-office-code = 总部给的授权码
till-wants-supervisor-pin = 主管 PIN 码
till-wants-nothing-more = 已点完
till-wants-pieces = { $value } 数量
till-wants-date = 年月日
till-wants-float = 清点的备用金
till-wants-amount = 金额
till-wants-cash-back = 退还现金
till-wants-cash = 实收现金
till-wants-counted-cash = 清点的现金
till-wants-next-item = 下一件：扫码或输入
till-wants-quantity = 数量
till-wants-member = 卡号、手机号或会员码
till-wants-item = 品名、条码或拼音首字母
till-wants-answer = 键入或扫描
till-purpose-quantity = 数量
till-purpose-member = 会员

# Keys of the pads.
till-key-clear = 清空
till-key-backspace = 退格
till-key-space = 空格
till-key-letters = 字母
till-key-digits = 数字
till-key-others = 其他
till-key-ok = 确定
till-key-close = 关闭

# Before selling.
till-who = 谁在收银？
till-sign-on = 登录
till-count-float = 清点备用金
till-open-shift = 开班

# The basket.
till-scan-first = 请扫描第一件商品
till-scan-first-help = 也可以点右边的商品，或输入品名。
till-returned = 退货
till-returning = 下一件按退货处理

# Goods to touch.
till-favourites = 常用商品
till-found = “{ $value }”的查找结果
till-found-nothing = 没有找到“{ $value }”
till-found-nothing-help = 少输几个字、试试拼音首字母，或输入条码下的数字。
till-no-goods = 这一组还没有商品
till-no-goods-help = 店长可以把商品放进来；现在请扫码或查找。
till-set-quantity = 确定数量
till-find-member = 查找会员

# Paying.
till-to-give-back = 应退
till-still-to-pay = 还应收
till-to-pay = 应收
till-take-back = 撤回 { $value }
till-saving = 正在保存…
till-give-back = 退还 { $value }
till-exact-cash = 现金正好 { $value }
till-cash = 收现金 { $value }
till-change = 找零
till-change-pieces = 拿出

# A payment under way.
till-tell-shopper = 请告诉顾客
till-do-not-pay-again = 先不要再收这笔钱。
till-give-up = 放弃这笔支付
till-give-up-again = 再按一次：撤销这笔支付

# Sales put aside, lists, counts, reports, reasons, codes.
till-suspended = 已挂单
till-suspended-help = 点一张单子即可取回。
till-suspended-none = 没有挂单。
till-nothing-to-choose = 没有可选的。
till-chosen = 已选
till-one-less = 减一
till-one-more = 加一
till-counted-so-far = 已点合计
till-close-day = 日结
till-why = 价格说明
till-why-none = 没有促销涉及它，就是这个价。
till-code = 请顾客用手机扫码
till-code-none = 没有可显示的码。

# Approval.
till-approval = 需要主管授权
till-approve = 授权
till-by-telephone = 电话授权
till-telephone = 电话授权
till-read-out = 致电总部，报出这个号码

# The corner of the devices, and the languages.
till-devices = 设备和网络
till-devices-label = 设备
till-connection-label = 总部
till-devices-help = 可以继续收银。等待的小票和数据会自动补打、补传。
till-devices-call = 如果一直这样，请检查设备的电源和线，再联系维修。
till-devices-good = 一切正常。
till-language = 语言

# What the window offers by itself.
till-more = 更多操作
till-action-suspend = 挂单
till-action-recall = 取单
till-action-member = 会员
till-action-return = 退货
till-action-quantity = 数量
till-action-void_line = 删行
till-action-explain = 价格说明
till-action-void_sale = 整单取消
till-action-again = 再按一次
till-action-open_drawer = 开钱箱
till-action-reprint = 重打上一单
till-action-x_report = X 报表
till-action-close = 日结
till-action-lock = 锁屏
till-action-print = 打印
till-action-back = 返回
till-action-next = 下一单
till-action-more = 更多
till-group-line = 本行商品
till-group-sale = 整单
till-group-member = 会员
till-group-cash = 现金
till-group-till = 收银机
till-group-other = 其他
