# 快捷商品和分类。
groups-favourites = 快捷
