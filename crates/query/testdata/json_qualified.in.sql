SELECT c.requestParameters['roleArn'], c.responseElements.assumedRoleUser.arn FROM cloudtrail c GROUP BY c.requestParameters['roleArn'], 2
