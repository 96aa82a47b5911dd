SHOW TABLES IN security 'cloud*'
