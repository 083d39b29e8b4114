from web.cli import main

if __name__ == "__main__":  # a process of its own for reading looks in here as well
    main()
