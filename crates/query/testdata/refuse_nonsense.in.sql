please show me who logged in
