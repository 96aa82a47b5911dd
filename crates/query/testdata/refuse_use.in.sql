USE security
