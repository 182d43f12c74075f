# 常用商品與分類。
groups-favourites = 常用
