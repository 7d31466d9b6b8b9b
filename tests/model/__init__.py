"""The rules told a second time, as simply as can be, and the club held against them."""
