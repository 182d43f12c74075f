# How numbers, money, measures and dates are written. Words of the shop do not belong here.
notation-decimal = .
notation-group = {""}
notation-money = { $sign }{ $number }
notation-money-minus = -{ $sign }{ $number }
notation-percent = { $number }%
notation-kilograms = { $number } kg
notation-date = { $year }-{ $month }-{ $day }
notation-day = { $month }-{ $day }
notation-clock = { $hour }:{ $minute }
notation-kilograms-tight = { $number }kg
