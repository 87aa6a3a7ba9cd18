// kpress
