"""What tests need of the machine: a browser, small disks, places that refuse."""
