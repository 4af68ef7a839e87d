"""How what Voucherify says becomes what is stored: understood by handlers, folded by time, written in
turns.
"""
