SHOW TABLES IN default;
