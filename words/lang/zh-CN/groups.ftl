# 常用商品和分类。
groups-favourites = 常用
