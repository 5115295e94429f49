drop table staged, best
