# The quiet bar at the top.
bar-till = { $store } · till { $number }
bar-no-store = Guitai 柜台
bar-much-cash = much cash in the drawer: drop some
bar-training = TRAINING: nothing counts, the drawer stays shut
bar-synced = synced
bar-sending = sending { $count }
bar-offline = offline, keep selling
bar-offline-unsent = offline, { $count } to send, keep selling
