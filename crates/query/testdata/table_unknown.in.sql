SELECT eventname
FROM vpcflw
WHERE action = 'REJECT'
