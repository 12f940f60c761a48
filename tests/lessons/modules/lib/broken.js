const half = ;
