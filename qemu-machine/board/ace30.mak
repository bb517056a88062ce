# The devices of our only target: the ace30 machine, and the stock "sim"
# machine as the yardstick of `cargo xtask bench`.
CONFIG_SEMIHOSTING=y
CONFIG_XTENSA_ACE30=y
CONFIG_XTENSA_SIM=y
