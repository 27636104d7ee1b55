"""The playground: attention on five tokens whose every number can be changed."""
