DESC cloudtrial
